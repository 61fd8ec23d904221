use crate::pool::{MessageRef, Pool};

use super::{Error, ParseOptions, PrintOptions, from_wire, to_wire};

/// The JSON form of a message that prost generated.
///
/// # Errors
/// The pool does not know the type, or as [`from_wire`].
pub fn to_json<M>(pool: &Pool, message: &M, options: &PrintOptions) -> Result<Vec<u8>, Error>
where
    M: prost::Message + prost::Name,
{
    let wire = message.encode_to_vec();
    let mut out = Vec::with_capacity(wire.len() * 2 + 16);
    from_wire(message_type::<M>(pool)?, &wire, options, &mut out)?;
    Ok(out)
}

/// The message that prost generated of a JSON form.
///
/// # Errors
/// The pool does not know the type, or as [`to_wire`]; or the text has deeper messages than prost reads.
pub fn from_json<M>(pool: &Pool, json: &[u8], options: &ParseOptions) -> Result<M, Error>
where
    M: prost::Message + prost::Name + Default,
{
    let wire = to_wire(message_type::<M>(pool)?, json, options)?;
    M::decode(&*wire).map_err(|error| Error::unplaced(error.to_string()))
}

fn message_type<M: prost::Name>(pool: &Pool) -> Result<MessageRef<'_>, Error> {
    let name = M::full_name();
    pool.message(&name)
        .ok_or_else(|| Error::unplaced(format!("the pool has no message `{name}`")))
}
