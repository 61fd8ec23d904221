//! DNS messages, as far as multicast DNS of go-micro needs them (RFC 1035, section 4).

use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) const PTR: u16 = 12;
pub(super) const ANY: u16 = 255;
const A: u16 = 1;
const TXT: u16 = 16;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const INTERNET: u16 = 1;

/// The flags of a response by whoever has authority.
const RESPONSE: u16 = 0x8400;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Message {
    pub(super) id: u16,
    pub(super) is_response: bool,
    pub(super) questions: Vec<Question>,
    /// Answers and additional records.
    pub(super) records: Vec<Record>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// Without the dot at the end.
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) class: u16,
}

impl Question {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: PTR,
            class: INTERNET,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) name: String,
    /// Seconds; 0 says that it is gone.
    pub(super) ttl: u32,
    pub(super) data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
    Pointer(String),
    Text(Vec<Vec<u8>>),
    Service { port: u16, target: String },
    Other,
}

/// Whether DNS can write the name: labels of 1 to 63 bytes, 255 in all.
pub(super) fn is_name(name: &str) -> bool {
    name.len() < 254 && name.split('.').all(|label| (1..=63).contains(&label.len()))
}

impl Message {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let flags = if self.is_response { RESPONSE } else { 0 };
        let counts = [self.questions.len() as u16, self.records.len() as u16, 0, 0];
        for number in [self.id, flags].into_iter().chain(counts) {
            out.extend(number.to_be_bytes());
        }
        for question in &self.questions {
            put_name(&mut out, &question.name);
            out.extend(question.kind.to_be_bytes());
            out.extend(question.class.to_be_bytes());
        }
        for record in &self.records {
            let (kind, data) = record.data.to_bytes();
            put_name(&mut out, &record.name);
            out.extend(kind.to_be_bytes());
            out.extend(INTERNET.to_be_bytes());
            out.extend(record.ttl.to_be_bytes());
            out.extend((data.len() as u16).to_be_bytes());
            out.extend(data);
        }
        out
    }

    /// The message, if the bytes are one.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { bytes, at: 0 };
        let (id, flags) = (cursor.number()?, cursor.number()?);
        let counts = [
            cursor.number()?,
            cursor.number()?,
            cursor.number()?,
            cursor.number()?,
        ];
        // Neither another operation nor an error is for us.
        if flags & 0x780f != 0 {
            return None;
        }
        let mut message = Self {
            id,
            is_response: flags & 0x8000 != 0,
            ..Self::default()
        };
        for _ in 0..counts[0] {
            let (name, kind, class) = (cursor.name()?, cursor.number()?, cursor.number()?);
            message.questions.push(Question { name, kind, class });
        }
        let [_, answers, authorities, additional] = counts;
        for number in 0..u32::from(answers) + u32::from(authorities) + u32::from(additional) {
            let record = cursor.record()?;
            // What stands in the place of authorities is a probe, and not yet true.
            let answers = u32::from(answers);
            if number < answers || number >= answers + u32::from(authorities) {
                message.records.push(record);
            }
        }
        Some(message)
    }
}

impl Data {
    fn to_bytes(&self) -> (u16, Vec<u8>) {
        let mut out = Vec::new();
        let kind = match self {
            Data::V4(address) => {
                out.extend(address.octets());
                A
            }
            Data::V6(address) => {
                out.extend(address.octets());
                AAAA
            }
            Data::Pointer(name) => {
                put_name(&mut out, name);
                PTR
            }
            Data::Text(texts) => {
                for text in texts.iter().flat_map(|text| text.chunks(255)) {
                    out.push(text.len() as u8);
                    out.extend(text);
                }
                if out.is_empty() {
                    out.push(0);
                }
                TXT
            }
            Data::Service { port, target } => {
                // Priority and weight as go-micro's.
                for number in [10, 1, *port] {
                    out.extend(number.to_be_bytes());
                }
                put_name(&mut out, target);
                SRV
            }
            Data::Other => 0,
        };
        (kind, out)
    }
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = label.as_bytes();
        let label = &label[..label.len().min(63)];
        out.push(label.len() as u8);
        out.extend(label);
    }
    out.push(0);
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn name(&mut self) -> Option<String> {
        let mut labels = Vec::new();
        let mut length = 0;
        let mut back = None;
        loop {
            let first = *self.take(1)?.first()?;
            match first {
                0 => break,
                // A pointer into what came before; so it cannot run in circles.
                0xc0.. => {
                    let low = *self.take(1)?.first()?;
                    let target = usize::from(first & 0x3f) << 8 | usize::from(low);
                    back.get_or_insert(self.at);
                    if target + 2 > self.at.min(self.bytes.len()) || labels.len() > 127 {
                        return None;
                    }
                    self.at = target;
                    length += 1;
                }
                1..=63 => {
                    labels.push(String::from_utf8_lossy(self.take(first.into())?).into_owned());
                    length += usize::from(first) + 1;
                }
                _ => return None,
            }
            if length > 512 {
                return None;
            }
        }
        self.at = back.unwrap_or(self.at);
        Some(labels.join("."))
    }

    fn record(&mut self) -> Option<Record> {
        let (name, kind, _class) = (self.name()?, self.number()?, self.number()?);
        let ttl = u32::from_be_bytes(self.take(4)?.try_into().ok()?);
        let length = usize::from(self.number()?);
        let end = self.at.checked_add(length)?;
        let data = match kind {
            A => Data::V4(<[u8; 4]>::try_from(self.take(4)?).ok()?.into()),
            AAAA => Data::V6(<[u8; 16]>::try_from(self.take(16)?).ok()?.into()),
            PTR => Data::Pointer(self.name()?),
            SRV => {
                self.take(4)?;
                Data::Service {
                    port: self.number()?,
                    target: self.name()?,
                }
            }
            TXT => {
                let mut texts = Vec::new();
                while self.at < end {
                    let length = *self.take(1)?.first()?;
                    texts.push(self.take(length.into())?.to_vec());
                }
                Data::Text(texts)
            }
            _ => {
                self.take(length)?;
                Data::Other
            }
        };
        (self.at == end).then_some(Record { name, ttl, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        let record = |data| Record {
            name: "a.b".into(),
            ttl: 120,
            data,
        };
        Message {
            id: 7,
            is_response: true,
            questions: vec![Question::new("b.micro")],
            records: vec![
                record(Data::Pointer("x.y".into())),
                record(Data::Service {
                    port: 80,
                    target: "host".into(),
                }),
                record(Data::V4(Ipv4Addr::LOCALHOST)),
                record(Data::V6(Ipv6Addr::LOCALHOST)),
                record(Data::Text(vec![b"one".to_vec(), vec![b'2'; 255]])),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Message::parse(&message().to_bytes()), Some(message()));
    }

    #[test]
    fn broken_messages_are_none_and_never_a_panic() {
        let bytes = message().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Message::parse(&bytes[..end]), None, "{end}");
        }
        for place in 0..bytes.len() {
            for value in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
                let mut broken = bytes.clone();
                broken[place] = value;
                // Whatever it is then.
                let _ = Message::parse(&broken);
            }
        }
        // A name that points to itself.
        let circle = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 12, 0, 1];
        assert_eq!(Message::parse(&circle), None);
    }

    #[test]
    fn pointers_to_what_came_before_are_followed() {
        let mut bytes = Message {
            questions: vec![Question::new("b.micro")],
            ..Message::default()
        }
        .to_bytes();
        bytes[5] = 2;
        bytes.extend([1, b'a', 0xc0, 12, 0, 12, 0, 1]);
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(message.questions[1].name, "a.b.micro");
    }

    #[test]
    fn a_name_has_short_labels() {
        assert!(is_name("go.micro.server"));
        for bad in ["", "a..b", &"a".repeat(64), &"a.".repeat(127)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
