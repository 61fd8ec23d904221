//! The service of many routes, as text: the build and the runner both need it.

/// How many routes the service of many routes has.
pub const ROUTES: usize = 1000;

/// `things.proto`: one method, with a binding for each of [`ROUTES`] kinds of things.
pub fn proto() -> String {
    let path = |kind: usize| format!("get: \"/v1/thing{kind}/{{id}}/parts/{{part}}\"");
    let additional: Vec<String> = (1..ROUTES)
        .map(|kind| format!("      additional_bindings {{{}}}\n", path(kind)))
        .collect();
    format!(
        "syntax = \"proto3\";\n\npackage bench;\n\nimport \"google/api/annotations.proto\";\n\n\
         service Things {{\n  rpc Get(GetRequest) returns (Thing) {{\n    option (google.api.http) = {{\n      {}\n{}    \
         }};\n  }}\n}}\n\nmessage GetRequest {{\n  string id = 1;\n  string part = 2;\n}}\n\n\
         message Thing {{\n  string id = 1;\n  string part = 2;\n}}\n",
        path(0),
        additional.concat()
    )
}
