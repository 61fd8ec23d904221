//! From JSON text to the wire: arrays and maps.

use crate::pool::WellKnown;
use crate::pool::table::{Field, Scalar};
use crate::wire;

use super::error::{Fault, Outcome};
use super::keys::KeySet;
use super::number;
use super::parse::Parser;

impl<'p> Parser<'p, '_, '_> {
    /// Reads an array.
    #[inline]
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Outcome<()>,
    ) -> Outcome<()> {
        if !self.text.take(b'[') {
            return Err(self.text.expected("an array"));
        }
        if self.text.take(b']') {
            return Ok(());
        }
        loop {
            element(self)?;
            if !self.text.more(b']')? {
                return Ok(());
            }
        }
    }

    pub(super) fn packed(&mut self, field: &'p Field) -> Outcome<()> {
        let start = self.out.len();
        self.tag(field);
        let place = wire::open(self.out);
        let contents = self.out.len();
        match field.scalar {
            // The types that come in large arrays have loops of their own.
            Scalar::Int32 => self.array(|this| {
                let value = this.int32()?;
                wire::varint(this.out, value as u64);
                Ok(())
            })?,
            Scalar::Int64 => self.array(|this| {
                let value = this.integer(1 << 63, i64::MAX as u64)?;
                wire::varint(this.out, value);
                Ok(())
            })?,
            Scalar::Double => self.array(|this| {
                let value: f64 = number::float(&mut this.text, &mut this.scratch)?;
                this.out.extend_from_slice(&value.to_le_bytes());
                Ok(())
            })?,
            _ => self.array(|this| this.bare(field).map(|_| ()))?,
        }
        if self.out.len() == contents {
            self.out.truncate(start);
        } else {
            wire::close(self.out, place);
        }
        Ok(())
    }

    pub(super) fn map(&mut self, field: &'p Field) -> Outcome<()> {
        let entry = self
            .pool
            .fields_of(self.pool.message_at(field.target).table);
        let find = |number| entry.iter().find(|field: &&Field| field.number == number);
        let (Some(key), Some(value)) = (find(1), find(2)) else {
            return Err(Fault::new(
                self.text.at,
                "the map has no key or no value in its descriptor",
            ));
        };
        if self.text.peek() != Some(b'{') {
            return Err(self.text.expected("an object"));
        }
        self.text.at += 1;
        if self.text.take(b'}') {
            return Ok(());
        }
        let mut keys = self.take_keys();
        loop {
            self.entry(field, key, value, &mut keys)?;
            if !self.text.more(b'}')? {
                break;
            }
        }
        self.spare.push(keys);
        Ok(())
    }

    pub(super) fn take_keys(&mut self) -> KeySet {
        let mut keys = self.spare.pop().unwrap_or_default();
        keys.clear();
        keys
    }

    pub(super) fn give_keys(&mut self, keys: KeySet) {
        self.spare.push(keys);
    }

    pub(super) fn entry(
        &mut self,
        field: &'p Field,
        key: &'p Field,
        value: &'p Field,
        keys: &mut KeySet,
    ) -> Outcome<()> {
        if self.text.peek() != Some(b'"') {
            return Err(self.text.expected("a key"));
        }
        let at = self.text.at;
        let start = self.out.len();
        self.tag(field);
        let place = wire::open(self.out);
        let contents = self.out.len();
        self.map_key(key)?;
        let key_length = self.out.len() - contents;
        self.text.colon()?;
        if self.text.peek() == Some(b'n')
            && !value.null_value
            && value.known != Some(WellKnown::Value)
        {
            return Err(self.text.expected("a value of the map"));
        }
        if !self.singular(value, true)? {
            self.out.truncate(start);
            return Ok(());
        }
        let length = self.out.len() - contents;
        wire::close(self.out, place);
        let key_start = self.out.len() - length;
        if !keys.insert(self.out, key_start..key_start + key_length) {
            return Err(Fault::new(at, "the map has the key twice"));
        }
        Ok(())
    }

    /// Reads a key, which is a string here whatever its type.
    pub(super) fn map_key(&mut self, key: &'p Field) -> Outcome<()> {
        if key.scalar != Scalar::Bool {
            return self.singular(key, true).map(|_| ());
        }
        let at = self.text.at;
        let value = match self.text.string("a key", &mut self.scratch)? {
            b"true" => 1,
            b"false" => 0,
            _ => return Err(Fault::new(at, "expected \"true\" or \"false\" as a key")),
        };
        self.tag(key);
        self.out.push(value);
        Ok(())
    }
}
