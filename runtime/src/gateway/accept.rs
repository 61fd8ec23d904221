//! What a client accepts: RFC 9110, section 12.5.1.

use http::HeaderMap;
use http::header::ACCEPT;

/// The best of `offers`, which are media types in order of our preference. The first one also stands where the client
/// says nothing, and where it accepts none of them, as the RFC allows.
pub(super) fn choose(headers: &HeaderMap, offers: &[&str]) -> usize {
    let mut best = (0, 0);
    for (at, offer) in offers.iter().enumerate() {
        let quality = quality(headers, offer);
        if quality > best.1 {
            best = (at, quality);
        }
    }
    best.0
}

/// How much a client likes a media type, in thousandths: by the most specific range that it is in.
fn quality(headers: &HeaderMap, offer: &str) -> u16 {
    let mut found = (0, 0);
    let values = headers.get_all(ACCEPT).iter();
    for range in values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
    {
        let mut parts = range.split(';');
        let Some(specific) = specificity(parts.next().unwrap_or_default().trim(), offer) else {
            continue;
        };
        if specific > found.0 {
            found = (specific, parts.find_map(weight).unwrap_or(1000));
        }
    }
    found.1
}

fn specificity(range: &str, offer: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(offer) {
        return Some(3);
    }
    if range == "*/*" {
        return Some(1);
    }
    let (kind, _) = offer.split_once('/')?;
    let range = range.strip_suffix("/*")?;
    range.eq_ignore_ascii_case(kind).then_some(2)
}

/// The parameter `q`, as thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let weight: f32 = value.trim().parse().ok()?;
    Some((weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_the_offers_is_chosen() {
        let offers = ["application/json", "application/x-protobuf"];
        for (accept, expected) in [
            ("", 0),
            ("*/*", 0),
            ("application/x-protobuf", 1),
            ("application/json;q=0.5, application/x-protobuf", 1),
            ("application/json, application/x-protobuf", 0),
            ("Application/X-Protobuf ; Q=1, */*;q=0.1", 1),
            ("application/*;q=0.2, application/json;q=0.1", 1),
            ("*/*, application/json;q=0", 1),
            ("text/html", 0),
            ("application/x-protobuf;q=x", 1),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(choose(&headers, &offers), expected, "{accept}");
        }
    }
}
