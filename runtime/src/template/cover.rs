//! Which templates take each other's paths.

use super::Segment;

/// Whether `outer` matches all that `inner` matches.
pub(super) fn covers(outer: &[Segment], inner: &[Segment]) -> bool {
    let (Some(outer_at), inner_at) = (double_star(outer), double_star(inner)) else {
        return double_star(inner).is_none()
            && outer.len() == inner.len()
            && outer.iter().zip(inner).all(|(o, i)| segment_covers(o, i));
    };
    let (outer_suffix, inner_suffix) = (
        &outer[outer_at + 1..],
        match inner_at {
            Some(at) => &inner[at + 1..],
            None => inner,
        },
    );
    let inner_prefix = inner_at.unwrap_or(inner.len());
    // Without a `**` of its own, prefix and suffix of `outer` must not share a segment of `inner`.
    let fits = match inner_at {
        Some(at) => outer_at <= at,
        None => outer_at + outer_suffix.len() <= inner.len(),
    };
    fits && outer_at <= inner_prefix
        && outer[..outer_at]
            .iter()
            .zip(inner)
            .all(|(o, i)| segment_covers(o, i))
        && outer_suffix.len() <= inner_suffix.len()
        && outer_suffix
            .iter()
            .rev()
            .zip(inner_suffix.iter().rev())
            .all(|(o, i)| segment_covers(o, i))
}

fn segment_covers(outer: &Segment, inner: &Segment) -> bool {
    match outer {
        Segment::Literal(_) => outer == inner,
        Segment::Star => *inner != Segment::DoubleStar,
        Segment::DoubleStar => true,
    }
}

fn double_star(segments: &[Segment]) -> Option<usize> {
    segments
        .iter()
        .position(|segment| *segment == Segment::DoubleStar)
}

#[cfg(test)]
mod tests {
    use crate::template::Template;

    #[test]
    fn a_template_covers_what_is_narrower() {
        for (outer, inner, expected) in [
            ("/a", "/a", true),
            ("/{x}", "/a", true),
            ("/a", "/{x}", false),
            ("/{x}", "/a/b", false),
            ("/{x}", "/**", false),
            ("/**", "/", true),
            ("/**", "/a/{b}/c", true),
            ("/**", "/a/**/c", true),
            ("/a/**", "/a", true),
            ("/a/**", "/b/c", false),
            ("/a/**/z", "/a/z", true),
            ("/a/**/z", "/a", false),
            ("/a/**/a", "/a", false),
            ("/a/**/z", "/a/b/**/y/z", true),
            ("/a/**/y/z", "/a/**/z", false),
            ("/a/*/**", "/a/**", false),
            ("/a/**/z", "/a/{x}", false),
            ("/{x}:v", "/a", false),
            ("/{x}:v", "/a:v", true),
        ] {
            let (o, i) = (
                Template::parse(outer).unwrap(),
                Template::parse(inner).unwrap(),
            );
            assert_eq!(o.covers(&i), expected, "{outer} over {inner}");
        }
    }

    #[test]
    fn names_of_variables_do_not_tell_templates_apart() {
        let same = |a: &str, b: &str| {
            Template::parse(a)
                .unwrap()
                .equivalent(&Template::parse(b).unwrap())
        };
        assert!(same("/v1/{id}/%7Ex", "/v1/*/~x"));
        assert!(same("/v1/{a=b/*}", "/v1/b/{c}"));
        assert!(!same("/v1/{id}", "/v1/{id}:x"));
        assert!(!same("/v1/{id}", "/v1/{id=**}"));
    }
}
