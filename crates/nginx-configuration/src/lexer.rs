//! Bytes → words, `;`, `{` and `}`, byte for byte as nginx reads them
//! (`ngx_conf_read_token`, the same from 1.22 to 1.31), in linear time.
//!
//! Knows no directive but those whose block is Lua, which has a grammar of its
//! own. What nginx refuses is refused; what it takes is taken, however odd.

/// nginx' buffer: a word or a comment that does not fit is refused.
const WORD_LIMIT: usize = 4096;

/// What may end a word, in quotes or not, or stand for something else.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b" \t\r\n;{\"'\\$";
    while let [byte, others @ ..] = rest {
        table[*byte as usize] = true;
        rest = others;
    }
    table
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A word was appended to the arena, from this place to its end.
    Word {
        start: usize,
    },
    End,
    Open,
    Close,
}

/// Why a text is not a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    WordTooLong,
    UnexpectedAfterQuote,
    UnexpectedEnd,
    LuaWithoutEnd,
}

pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    /// Counted from 1; the line of what was read last.
    pub(super) line: u32,
    /// After a quoted word only a blank, `;`, `{` or `)` may follow.
    after_quote: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1, after_quote: false }
    }

    /// The next token, a word appended to `arena`; `None` at the end of the text.
    pub(super) fn next(&mut self, arena: &mut Vec<u8>) -> Result<Option<Token>, Flaw> {
        if std::mem::take(&mut self.after_quote)
            && self.text.get(self.at).is_some_and(|byte| !b" \t\r\n;{)".contains(byte))
        {
            return Err(Flaw::UnexpectedAfterQuote);
        }
        loop {
            let Some(&byte) = self.text.get(self.at) else { return Ok(None) };
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                b'#' => {
                    self.skip_comment()?;
                    continue;
                }
                b';' => return Ok(Some(self.take(Token::End))),
                b'{' => return Ok(Some(self.take(Token::Open))),
                b'}' => return Ok(Some(self.take(Token::Close))),
                b'"' | b'\'' => {
                    self.at += 1;
                    return self.word(Some(byte), arena).map(Some);
                }
                _ => return self.word(None, arena).map(Some),
            }
            self.at += 1;
        }
    }

    fn take(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    /// Up to a line feed, which alone ends it.
    fn skip_comment(&mut self) -> Result<(), Flaw> {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n');
        if length.unwrap_or_default() > WORD_LIMIT {
            return Err(Flaw::WordTooLong);
        }
        self.at += length.unwrap_or(rest.len());
        Ok(())
    }

    fn word(&mut self, quote: Option<u8>, arena: &mut Vec<u8>) -> Result<Token, Flaw> {
        let (first, start) = (self.at, arena.len());
        // `${` does not open a block, nor does any further brace that follows it.
        let mut after_dollar = false;
        loop {
            // Most bytes stand for themselves: these are copied together.
            let plain =
                self.text[self.at..].iter().take_while(|byte| !IS_SPECIAL[usize::from(**byte)]).count();
            arena.extend_from_slice(&self.text[self.at..self.at + plain]);
            self.at += plain;
            after_dollar &= plain == 0;
            let Some(&byte) = self.text.get(self.at) else { return Err(Flaw::UnexpectedEnd) };
            if self.at - first >= WORD_LIMIT {
                return Err(Flaw::WordTooLong);
            }
            let ends = match quote {
                Some(quote) => byte == quote,
                None => matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{'),
            };
            if byte == b'{' && after_dollar {
                arena.push(byte);
            } else if ends {
                self.at += usize::from(quote.is_some());
                self.after_quote = quote.is_some();
                return Ok(Token::Word { start });
            } else {
                after_dollar = byte == b'$';
                if byte == b'\\' {
                    self.escape(arena)?;
                    continue;
                }
                self.line += u32::from(byte == b'\n');
                arena.push(byte);
            }
            self.at += 1;
        }
    }

    /// A backslash and what follows it.
    fn escape(&mut self, arena: &mut Vec<u8>) -> Result<(), Flaw> {
        let Some(&escaped) = self.text.get(self.at + 1) else { return Err(Flaw::UnexpectedEnd) };
        match escaped {
            b'"' | b'\'' | b'\\' => arena.push(escaped),
            b't' => arena.push(b'\t'),
            b'r' => arena.push(b'\r'),
            b'n' => arena.push(b'\n'),
            _ => arena.extend_from_slice(&[b'\\', escaped]),
        }
        self.line += u32::from(escaped == b'\n');
        self.at += 2;
        Ok(())
    }

    /// Past the `}` that ends a block of Lua; its `{` was the last token.
    pub(super) fn skip_lua(&mut self) -> Result<(), Flaw> {
        let first = self.at;
        let mut depth = 1_usize;
        while depth > 0 {
            let rest = &self.text[self.at..];
            self.at += match rest {
                [] => return Err(Flaw::LuaWithoutEnd),
                [b'-', b'-', comment @ ..] => {
                    2 + long_bracket(comment).unwrap_or_else(|| {
                        comment.iter().position(|byte| *byte == b'\n').unwrap_or(comment.len())
                    })
                }
                [quote @ (b'"' | b'\''), string @ ..] => 1 + quoted(*quote, string),
                [b'[', ..] => long_bracket(rest).unwrap_or(1),
                [byte, ..] => {
                    match byte {
                        b'{' => depth += 1,
                        b'}' => depth -= 1,
                        _ => {}
                    }
                    1
                }
            };
        }
        let lines = self.text[first..self.at].split(|byte| *byte == b'\n').count() - 1;
        self.line += u32::try_from(lines).unwrap_or(u32::MAX);
        Ok(())
    }
}

/// The length of a Lua string's rest, with its end.
fn quoted(quote: u8, text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1 + usize::from(*byte == b'\\');
        if *byte == quote {
            break;
        }
    }
    at.min(text.len())
}

/// The length of `[[ … ]]` or `[==[ … ]==]`, where one stands here.
fn long_bracket(text: &[u8]) -> Option<usize> {
    let level = text.strip_prefix(b"[")?.iter().take_while(|byte| **byte == b'=').count();
    if text.get(level + 1) != Some(&b'[') {
        return None;
    }
    let mut at = level + 2;
    while let Some(found) = text[at..].iter().position(|byte| *byte == b']') {
        at += found + 1;
        let closing = text[at..].iter().take_while(|byte| **byte == b'=').count();
        if closing == level && text.get(at + level) == Some(&b']') {
            return Some(at + level + 1);
        }
        at += closing;
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words between `|`, the other tokens as they are written.
    fn read(text: &[u8]) -> Result<String, Flaw> {
        let (mut lexer, mut arena, mut shown) = (Lexer::new(text), Vec::new(), String::new());
        while let Some(token) = lexer.next(&mut arena)? {
            match token {
                Token::Word { start } => {
                    shown.extend(["|", &String::from_utf8_lossy(&arena[start..]), "|"]);
                    if arena[start..].ends_with(b"_lua_block") {
                        assert_eq!(lexer.next(&mut arena)?, Some(Token::Open));
                        lexer.skip_lua()?;
                        shown += "{lua}";
                    }
                }
                Token::End => shown.push(';'),
                Token::Open => shown.push('{'),
                Token::Close => shown.push('}'),
            }
        }
        Ok(shown)
    }

    #[test]
    fn words_are_those_of_nginx() {
        for (text, expected) in [
            ("a  b\tc\rd\ne;", "|a||b||c||d||e|;"),
            ("a}b;}", "|a}b|;}"),
            ("a\"b;", "|a\"b|;"),
            ("\"a b\" 'c;d{';", "|a b||c;d{|;"),
            ("a#b # c;\nd;#e", "|a#b||d|;"),
            ("a;#b\rc;\nd;", "|a|;|d|;"),
            ("{#c\n}", "{}"),
            (r#"a\"b "\"" \\c;"#, r#"|a"b||"||\c|;"#),
            (r"a\;b\{c\ d;", r"|a\;b\{c\ d|;"),
            (r#""\off" '\t\n';"#, "|\\off||\t\n|;"),
            ("a${b}c $d{e", "|a${b}c||$d|{|e|"),
            ("~ ^/a{2};", "|~||^/a|{|2}|;"),
            ("if (\"a\"){", "|if||(\"a\")|{"),
            ("if \"a\")b;", "|if||a||)b|;"),
            ("''\"x\"", ""),
        ] {
            let found = read(text.as_bytes());
            match text {
                "''\"x\"" => assert_eq!(found, Err(Flaw::UnexpectedAfterQuote)),
                "a${b}c $d{e" => assert_eq!(found, Err(Flaw::UnexpectedEnd)),
                _ => assert_eq!(found.as_deref(), Ok(expected), "{text}"),
            }
        }
    }

    #[test]
    fn lua_is_skipped_as_lua_reads_it() {
        for block in [
            "",
            "x = {1, {2}}",
            "-- }\n",
            "--[[ } ]]",
            "s = '}'",
            "s = \"\\\"}\"",
            "s = [[}]]",
            "[==[ ]] } ]==]",
            "a[b[1]] = 2",
        ] {
            let text = format!("access_by_lua_block {{{block}}} b;");
            assert_eq!(read(text.as_bytes()).as_deref(), Ok("|access_by_lua_block|{lua}|b|;"), "{block}");
        }
        for block in ["{", "--[[ }", "'}", "[[}"] {
            let text = format!("access_by_lua_block {{{block}");
            assert_eq!(read(text.as_bytes()), Err(Flaw::LuaWithoutEnd), "{block}");
        }
    }

    #[test]
    fn a_word_longer_than_the_buffer_is_refused() {
        let text = |length: usize| [&b"x".repeat(length)[..], b";"].concat();
        assert!(read(&text(4095)).is_ok());
        assert_eq!(read(&text(4097)), Err(Flaw::WordTooLong));
        assert_eq!(read(&[&b"#".repeat(9000)[..], b"\n"].concat()), Err(Flaw::WordTooLong));
    }
}
