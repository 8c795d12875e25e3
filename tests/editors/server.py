"""An editor's half of the Language Server Protocol, as far as completion, hover and
what is underlined need it, over the standard streams of a real server."""

import json
import queue
import subprocess
import sys
import threading

SETTINGS = {"hover": True, "completion": True, "validate": True} # what extensions send by themselves
ABLE = {
    "workspace": {"configuration": True},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "hover": {"contentFormat": ["markdown"]}},
}
PATIENCE_SECONDS = 120


class Server:
    """yaml-language-server, started for the folder, with these settings of a user."""

    def __init__(self, program, folder, settings):
        self.settings = {**SETTINGS, **settings}
        self.process = subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.received = queue.Queue()
        self.asked = self.opened = 0
        self.folder = folder
        threading.Thread(target=self._receive, daemon=True).start()
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": ABLE})
        self._send({"method": "initialized", "params": {}})

    def _receive(self):
        stream = self.process.stdout
        while True:
            length = None
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if length is None:
                return self.received.put(None)
            self.received.put(json.loads(stream.read(length)))

    def _send(self, message):
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def _await(self, is_wanted):
        """The first such message; the server's own questions are answered on the way."""
        while True:
            message = self.received.get(timeout=PATIENCE_SECONDS)
            if message is None:
                sys.exit("the server ended by itself")
            if "id" in message and "method" in message:
                self._send({"id": message["id"], "result": self._answer(message)})
            elif is_wanted(message):
                return message

    def _answer(self, message):
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings if item.get("section") == "yaml" else {} for item in message["params"]["items"]]

    def _ask(self, method, parameters):
        self.asked += 1
        number = self.asked
        self._send({"id": number, "method": method, "params": parameters})
        message = self._await(lambda message: message.get("id") == number)
        if "error" in message:
            sys.exit(f"{method}: {message['error']}")
        return message["result"]

    def open(self, text):
        """(address of a document with this text, the messages that are shown in it)"""
        self.opened += 1
        address = (self.folder / f"values-{self.opened}.yaml").as_uri()
        document = {"uri": address, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        is_about_it = lambda message: message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == address
        return address, [shown["message"] for shown in self._await(is_about_it)["params"]["diagnostics"]]

    def _at(self, text):
        """The document without its mark `|`, opened, and the mark's place in it."""
        before, after = text.split("|")
        address, _ = self.open(before + after)
        lines = before.split("\n")
        return {"textDocument": {"uri": address}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}

    def completions(self, text):
        """What is offered at the mark."""
        return (self._ask("textDocument/completion", self._at(text)) or {}).get("items", [])

    def hover(self, text):
        """What is shown over the mark."""
        shown = self._ask("textDocument/hover", self._at(text))
        return shown["contents"]["value"] if shown else ""

    def end(self):
        self._ask("shutdown", None)
        self._send({"method": "exit"})
        self.process.wait(timeout=PATIENCE_SECONDS)
