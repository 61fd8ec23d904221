//! Rules from elsewhere than `.proto` files: the `http` part of a [`google.api.Service`] in YAML.
//!
//! [`google.api.Service`]: https://github.com/googleapis/googleapis/blob/master/google/api/service.proto

use rmicro::descriptor::{CustomHttpPattern, HttpRule, Pattern};
use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

/// What a service configuration says, as far as it concerns HTTP.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceConfig {
    /// `http.rules`, in their order, each with its selector.
    pub rules: Vec<HttpRule>,
    /// The members of `gateway`, a part of our own that other readers of such files pass over.
    pub gateway: Vec<Setting>,
}

/// A member of the part `gateway`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key as it is written.
    pub key: String,
    /// Its value, or each element of a list.
    pub values: Vec<String>,
    /// Where it is: `file:line:column`.
    pub place: String,
}

/// The other parts of a `google.api.Service`; what they say is not for us.
const PARTS: [&str; 24] = [
    "apis",
    "authentication",
    "backend",
    "billing",
    "config_version",
    "context",
    "control",
    "custom_error",
    "documentation",
    "endpoints",
    "enums",
    "id",
    "logging",
    "logs",
    "metrics",
    "monitored_resources",
    "monitoring",
    "name",
    "producer_project_id",
    "publishing",
    "quota",
    "system_parameters",
    "title",
    "types",
];

/// The members of a rule, for messages.
const MEMBERS: &str = "`selector`, `get`, `put`, `post`, `delete`, `patch`, `custom`, `body`, `response_body` or `additional_bindings`";

impl ServiceConfig {
    /// Reads `text`; `file` is its name in messages.
    ///
    /// # Errors
    /// Every mistake with file, line and column, one a line.
    pub fn parse(file: &str, text: &str) -> Result<Self, String> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let at = error.marker();
            format!(
                "{file}:{}:{}: error: {}",
                at.line(),
                at.col() + 1,
                error.info()
            )
        })?;
        let mut reader = Reader {
            file,
            errors: Vec::new(),
        };
        let mut config = Self::default();
        for document in &documents {
            reader.document(document, &mut config);
        }
        if reader.errors.is_empty() {
            Ok(config)
        } else {
            Err(reader.errors.join("\n"))
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    errors: Vec<String>,
}

impl Reader<'_> {
    fn document(&mut self, document: &MarkedYaml<'_>, config: &mut ServiceConfig) {
        if matches!(document.data, YamlData::Value(Scalar::Null)) {
            return;
        }
        for (key, name, value) in self.members(document, "a service configuration") {
            match name.as_str() {
                "http" => self.http(value, config),
                "gateway" => {
                    for (key, name, value) in self.members(value, "`gateway`") {
                        let values = self.texts(value);
                        config.gateway.push(Setting { key: name, values, place: self.place(key) });
                    }
                }
                "type" => match self.text(value).as_deref() {
                    None | Some("google.api.Service") => {}
                    Some(other) => self.refuse(value, format!("`type` must be `google.api.Service`, not `{other}`")),
                },
                other if PARTS.contains(&other) => {}
                other => self.refuse(key, format!("`{other}` is no part of a service configuration; `http` and `gateway` are read")),
            }
        }
    }

    fn http(&mut self, http: &MarkedYaml<'_>, config: &mut ServiceConfig) {
        for (key, name, value) in self.members(http, "`http`") {
            match name.as_str() {
                "rules" => {
                    for rule in self.elements(value, "`rules`") {
                        let read = self.rule(rule, Level::Outer);
                        config.rules.extend(read);
                    }
                }
                "fully_decode_reserved_expansion" => {
                    if self.text(value).as_deref() == Some("true") {
                        let values = vec!["all_except_slash".to_owned()];
                        config.gateway.push(Setting {
                            key: "path_unescape".to_owned(),
                            values,
                            place: self.place(key),
                        });
                    }
                }
                other => self.refuse(
                    key,
                    format!("`{other}` is no member of `http`: `rules` was expected"),
                ),
            }
        }
    }

    fn rule(&mut self, node: &MarkedYaml<'_>, level: Level) -> Option<HttpRule> {
        let before = self.errors.len();
        let mut rule = HttpRule::default();
        let mut patterns = Vec::new();
        for (key, name, value) in self.members(node, "a rule") {
            match (name.as_str(), level) {
                ("selector", Level::Outer) => rule.selector = self.text(value).unwrap_or_default(),
                ("body", _) => rule.body = self.text(value).unwrap_or_default(),
                ("response_body", _) => rule.response_body = self.text(value).unwrap_or_default(),
                ("additional_bindings", Level::Outer) => {
                    for inner in self.elements(value, "`additional_bindings`") {
                        let read = self.rule(inner, Level::Additional);
                        rule.additional_bindings.extend(read);
                    }
                }
                ("selector" | "additional_bindings", Level::Additional) => {
                    self.refuse(
                        key,
                        format!("an additional binding has no `{name}` of its own"),
                    );
                }
                ("get" | "put" | "post" | "delete" | "patch", _) => {
                    let path = self.text(value).unwrap_or_default();
                    patterns.push(match name.as_str() {
                        "get" => Pattern::Get(path),
                        "put" => Pattern::Put(path),
                        "post" => Pattern::Post(path),
                        "delete" => Pattern::Delete(path),
                        _ => Pattern::Patch(path),
                    });
                }
                ("custom", _) => patterns.push(Pattern::Custom(self.custom(value))),
                (other, _) => self.refuse(
                    key,
                    format!("`{other}` is no member of a rule: {MEMBERS} was expected"),
                ),
            }
        }
        if self.errors.len() > before {
            return None;
        }
        if level == Level::Outer && rule.selector.is_empty() {
            self.refuse(
                node,
                "a rule needs a `selector`, such as `shop.Shop.GetItem`",
            );
        }
        match patterns.len() {
            1 => rule.pattern = patterns.pop(),
            0 => self.refuse(
                node,
                "a rule needs a path: one of `get`, `put`, `post`, `delete`, `patch` or `custom`",
            ),
            _ => self.refuse(
                node,
                "a rule has one path: write further ones as `additional_bindings`",
            ),
        }
        (self.errors.len() == before).then_some(rule)
    }

    fn custom(&mut self, node: &MarkedYaml<'_>) -> CustomHttpPattern {
        let mut custom = CustomHttpPattern::default();
        for (key, name, value) in self.members(node, "`custom`") {
            match name.as_str() {
                "kind" => custom.kind = self.text(value).unwrap_or_default(),
                "path" => custom.path = self.text(value).unwrap_or_default(),
                other => self.refuse(
                    key,
                    format!("`{other}` is no member of `custom`: `kind` or `path` was expected"),
                ),
            }
        }
        custom
    }

    /// The members of a mapping; keys in lowerCamelCase are taken as their names in snake_case.
    fn members<'n, 'y>(
        &mut self,
        node: &'n MarkedYaml<'y>,
        what: &str,
    ) -> Vec<(&'n MarkedYaml<'y>, String, &'n MarkedYaml<'y>)> {
        let YamlData::Mapping(members) = &node.data else {
            self.refuse(
                node,
                format!("{what} must be a mapping: `key: value`, one a line"),
            );
            return Vec::new();
        };
        let named = members
            .iter()
            .filter_map(|(key, value)| Some((key, snake_case(&self.text(key)?), value)));
        named.collect()
    }

    fn elements<'n, 'y>(&mut self, node: &'n MarkedYaml<'y>, what: &str) -> &'n [MarkedYaml<'y>] {
        match &node.data {
            YamlData::Sequence(elements) => elements,
            _ => {
                self.refuse(
                    node,
                    format!("{what} must be a list: each element after a `-`"),
                );
                &[]
            }
        }
    }

    fn texts(&mut self, node: &MarkedYaml<'_>) -> Vec<String> {
        match &node.data {
            YamlData::Sequence(elements) => elements
                .iter()
                .filter_map(|element| self.text(element))
                .collect(),
            _ => self.text(node).into_iter().collect(),
        }
    }

    fn text(&mut self, node: &MarkedYaml<'_>) -> Option<String> {
        match &node.data {
            YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
            YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
            YamlData::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
            YamlData::Value(Scalar::Boolean(value)) => Some(value.to_string()),
            _ => {
                self.refuse(node, "a text was expected");
                None
            }
        }
    }

    fn refuse(&mut self, node: &MarkedYaml<'_>, what: impl AsRef<str>) {
        let place = self.place(node);
        self.errors
            .push(format!("{place}: error: {}", what.as_ref()));
    }

    fn place(&self, node: &MarkedYaml<'_>) -> String {
        let start = node.span.start;
        format!("{}:{}:{}", self.file, start.line(), start.col() + 1)
    }
}

/// Whether a rule stands on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Outer,
    Additional,
}

fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_with_what_else_a_service_has() {
        let text = r#"
type: google.api.Service
config_version: 3
name: shop.example.com
http:
  rules:
  - selector: shop.Shop.GetItem
    get: /v1/{name=items/*}
    additionalBindings:
    - custom: {kind: "*", path: "/any/{name}"}
      response_body: item
  - {selector: shop.Shop.AddItem, post: /v1/items, body: "*"}
gateway:
  unknown_query: ignore
  max_query_pairs: 10
  allow_header: [x-one, x-two]
"#;
        let config = ServiceConfig::parse("rules.yaml", text).unwrap();
        let any = CustomHttpPattern {
            kind: "*".into(),
            path: "/any/{name}".into(),
        };
        assert_eq!(
            config.rules,
            [
                HttpRule {
                    selector: "shop.Shop.GetItem".into(),
                    pattern: Some(Pattern::Get("/v1/{name=items/*}".into())),
                    additional_bindings: vec![HttpRule {
                        pattern: Some(Pattern::Custom(any)),
                        response_body: "item".into(),
                        ..HttpRule::default()
                    }],
                    ..HttpRule::default()
                },
                HttpRule {
                    selector: "shop.Shop.AddItem".into(),
                    pattern: Some(Pattern::Post("/v1/items".into())),
                    body: "*".into(),
                    ..HttpRule::default()
                },
            ]
        );
        let settings: Vec<_> = config
            .gateway
            .iter()
            .map(|one| (&*one.key, one.values.join(" "), &*one.place))
            .collect();
        assert_eq!(
            settings,
            [
                ("unknown_query", "ignore".to_owned(), "rules.yaml:14:3"),
                ("max_query_pairs", "10".to_owned(), "rules.yaml:15:3"),
                ("allow_header", "x-one x-two".to_owned(), "rules.yaml:16:3"),
            ]
        );
    }

    #[test]
    fn nothing_is_no_mistake() {
        for text in ["", "# a comment\n", "http:\n  rules: []\n"] {
            assert_eq!(
                ServiceConfig::parse("a.yaml", text),
                Ok(ServiceConfig::default()),
                "{text}"
            );
        }
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (text, expected) in [
            (
                "http: [",
                "a.yaml:2:1: error: while parsing a node, did not find expected node content",
            ),
            (
                "- a\n",
                "a.yaml:1:1: error: a service configuration must be a mapping: `key: value`, one a line",
            ),
            (
                "https:\n  rules: []\n",
                "a.yaml:1:1: error: `https` is no part of a service configuration; `http` and `gateway` are read",
            ),
            (
                "type: google.api.Api\n",
                "a.yaml:1:7: error: `type` must be `google.api.Service`, not `google.api.Api`",
            ),
            (
                "http:\n  rules: all\n",
                "a.yaml:2:10: error: `rules` must be a list: each element after a `-`",
            ),
            (
                "http:\n  rules:\n  - get: /a\n",
                "a.yaml:3:5: error: a rule needs a `selector`, such as `shop.Shop.GetItem`",
            ),
            (
                "http:\n  rules:\n  - selector: a.B.C\n",
                "a.yaml:3:5: error: a rule needs a path: one of `get`, `put`, `post`, `delete`, `patch` or `custom`",
            ),
            (
                "http:\n  rules:\n  - {selector: a.B.C, get: /a, post: /a}\n",
                "a.yaml:3:5: error: a rule has one path: write further ones as `additional_bindings`",
            ),
            (
                "http:\n  rules:\n  - selector: a.B.C\n    get: /a\n    additional_bindings:\n    - get: /b\n      selector: a.B.D\n",
                "a.yaml:7:7: error: an additional binding has no `selector` of its own",
            ),
            (
                "http:\n  rules:\n  - selector: a.B.C\n    gte: /a\n",
                "a.yaml:4:5: error: `gte` is no member of a rule: `selector`, `get`, `put`, `post`, `delete`, `patch`, `custom`, \
                 `body`, `response_body` or `additional_bindings` was expected",
            ),
            (
                "http:\n  rules:\n  - selector: a.B.C\n    get: [/a]\n",
                "a.yaml:4:10: error: a text was expected",
            ),
            (
                "http:\n  rules:\n  - {get: /a}\n  - {selector: a.B.C}\n",
                "a.yaml:3:5: error: a rule needs a `selector`, such as `shop.Shop.GetItem`\n\
                 a.yaml:4:5: error: a rule needs a path: one of `get`, `put`, `post`, `delete`, `patch` or `custom`",
            ),
        ] {
            assert_eq!(
                ServiceConfig::parse("a.yaml", text).unwrap_err(),
                expected,
                "{text}"
            );
        }
    }
}
