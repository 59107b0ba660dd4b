//! Bitmaps in records: base64 of roaring's portable format.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use roaring::RoaringBitmap;
use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};

/// Writes a bitmap.
///
/// # Errors
/// Only if the serialiser fails.
pub fn serialize<S: Serializer>(bits: &RoaringBitmap, out: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(bits.serialized_size());
    bits.serialize_into(&mut bytes).map_err(S::Error::custom)?;
    out.serialize_str(&STANDARD.encode(bytes))
}

/// Reads a bitmap.
///
/// # Errors
/// If the text is not base64, or its bytes are not a bitmap.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RoaringBitmap, D::Error> {
    let text = String::deserialize(from)?;
    let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
    RoaringBitmap::deserialize_from(bytes.as_slice()).map_err(D::Error::custom)
}
