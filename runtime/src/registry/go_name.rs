//! The names that protoc-gen-go gives to types, which go-micro's records carry.

/// The Go name of the type `full_name` in `package`: `shop.Item.line_kind` in `shop` is `ItemLineKind`.
pub(super) fn of_type(full_name: &str, package: &str) -> String {
    let local = full_name
        .strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(full_name);
    camel_case(local)
}

/// `name` as protoc-gen-go's GoCamelCase writes it: an underscore or a dot before a lower-case letter goes and makes the
/// letter a capital, any other dot becomes an underscore, and an underscore in front becomes an `X`.
pub(super) fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    let mut before = '.';
    while let Some(char) = chars.next() {
        let capital_follows = chars.peek().is_some_and(char::is_ascii_lowercase);
        match char {
            '.' if capital_follows => {}
            '.' => out.push('_'),
            '_' if before == '.' => out.push('X'),
            '_' if capital_follows => {}
            _ if before.is_ascii_alphabetic() => out.push(char),
            _ => out.push(char.to_ascii_uppercase()),
        }
        before = char;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_protoc_gen_go() {
        for (name, go) in [
            ("Hello", "Hello"),
            ("lower_case", "LowerCase"),
            ("Outer.Inner", "Outer_Inner"),
            ("Outer.lower_case", "OuterLowerCase"),
            ("_private", "XPrivate"),
            ("a_1b", "A_1B"),
            ("some__choice", "Some_Choice"),
            ("Has_Upper", "Has_Upper"),
            ("aBC", "ABC"),
        ] {
            assert_eq!(camel_case(name), go, "{name}");
        }
        assert_eq!(of_type("rich.v1.Outer.Inner", "rich.v1"), "Outer_Inner");
        assert_eq!(of_type("Outer", ""), "Outer");
    }
}
