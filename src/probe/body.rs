//! The bodies that are sent: write requests without a sample.

/// Snappy's form of an empty write request: Prometheus 2.42 to 3.x answer 204.
pub(super) const EMPTY: &[u8] = &[0];
/// Protobuf's form of an empty OTLP request.
pub(super) const EMPTY_OTLP: &[u8] = &[];

/// With what stands before it more than the 1 MiB at which nginx stops by default.
const FIELD: u32 = 1 << 20;
/// Field 100, of bytes: no receiver knows it, and protobuf's readers skip what they do not know.
const UNKNOWN_FIELD: u32 = 100 << 3 | 2;
/// Snappy: a literal whose length takes four bytes.
const LITERAL: u8 = 63 << 2;

/// A write request of the size of a full batch, which holds nothing: one field
/// that nobody knows, in snappy without compression.
pub(super) fn large() -> Vec<u8> {
    let mut message = Vec::with_capacity(FIELD as usize + 32);
    push_varint(&mut message, UNKNOWN_FIELD);
    push_varint(&mut message, FIELD);
    message.resize(message.len() + FIELD as usize, 0);
    let length = u32::try_from(message.len()).expect("a little over 1 MiB");
    let mut body = Vec::with_capacity(message.len() + 16);
    push_varint(&mut body, length);
    body.push(LITERAL);
    body.extend((length - 1).to_le_bytes());
    body.append(&mut message);
    body
}

fn push_varint(into: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push((number & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_batch_is_a_field_that_nginx_does_not_take_by_default() {
        let body = large();
        let heads =
            [&[0x85, 0x80, 0x40, 0xfc, 0x04, 0, 0x10, 0][..], &[0xa2, 0x06, 0x80, 0x80, 0x40]].concat();
        assert_eq!(&body[..heads.len()], heads, "snappy's head, protobuf's, the field");
        assert_eq!(body.len(), heads.len() + (1 << 20));
        assert!(body[heads.len()..].iter().all(|byte| *byte == 0));
    }
}
