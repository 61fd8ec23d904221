//! `rmicro explain`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod shop;

use shop::run;

#[test]
fn every_request_is_explained() {
    for (args, code, expected) in [
        (
            &["GET", "/v1/shelves/1/items/a%20b?depth=2&filter.tag=x"][..],
            0,
            "\
rule     GET /v1/{name=shelves/*/items/*}
method   shop.Shop/GetItem
path     name=shelves/1/items/a%20b -> {\"name\":\"shelves/1/items/a b\"}
query    depth=2 -> {\"depth\":2}
query    filter.tag=x -> {\"filter\":{\"tag\":\"x\"}}
message  {\"name\":\"shelves/1/items/a b\",\"depth\":2,\"filter\":{\"tag\":\"x\"}}
",
        ),
        (
            &["POST", "http://shop.example/v1/shelves/1/items", "-d", "{\"name\": \"tea\"}"],
            0,
            "\
rule     POST /v1/{shelf=shelves/*}/items
method   shop.Shop/AddItem
path     shelf=shelves/1 -> {\"shelf\":\"shelves/1\"}
body     item -> {\"item\":{\"name\":\"tea\"}}
message  {\"shelf\":\"shelves/1\",\"item\":{\"name\":\"tea\"}}
",
        ),
        (
            &["GET", "/v1/shelves/1/items/7?deep=2&depth=two"],
            1,
            "\
rule     GET /v1/{name=shelves/*/items/*}
method   shop.Shop/GetItem
path     name=shelves/1/items/7 -> {\"name\":\"shelves/1/items/7\"}
query    deep=2 -> refused: `deep` in the query names no field of `shop.GetItemRequest`
query    depth=two -> refused: `depth` in the query must be an int32, not `two`
answer   400 Bad Request, INVALID_ARGUMENT: `deep` in the query names no field of `shop.GetItemRequest`
",
        ),
        (
            &["GET", "/v1/shelves/1/items/7?deep=2", "--ignore-unknown-query"],
            0,
            "\
rule     GET /v1/{name=shelves/*/items/*}
method   shop.Shop/GetItem
path     name=shelves/1/items/7 -> {\"name\":\"shelves/1/items/7\"}
query    deep=2 -> nothing: it is left out
message  {\"name\":\"shelves/1/items/7\"}
",
        ),
        (
            &["GET", "/v1/shelves/1/item/7"],
            1,
            "\
rule     none: no template matches the path
nearest  GET /v1/{name=shelves/*/items/*}: segment 4 is `item`, not `items`
nearest  POST /v1/{shelf=shelves/*}/items: segment 4 is `item`, not `items`
answer   404 Not Found, NOT_FOUND: Not Found
",
        ),
        (
            &["DELETE", "/v1/shelves/1/items/7"],
            1,
            "\
rule     none: the path is for GET, HEAD, OPTIONS, not for DELETE
answer   405 Method Not Allowed
",
        ),
        (
            &["GET", "/v1/items:find", "-d", "{}"],
            1,
            "\
rule     GET /v1/items:find
method   shop.Shop/GetItem
body     the rule maps none -> refused: GET /v1/items:find maps no body: send the values in the query
answer   400 Bad Request, INVALID_ARGUMENT: GET /v1/items:find maps no body: send the values in the query
",
        ),
        (
            &["POST", "/v1/shelves/1/items", "-d", "item.name=tea&checked=true", "-H", "content-type: application/x-www-form-urlencoded"],
            0,
            "\
rule     POST /v1/{shelf=shelves/*}/items
method   shop.Shop/AddItem
path     shelf=shelves/1 -> {\"shelf\":\"shelves/1\"}
body     item -> {\"item\":{\"name\":\"tea\"},\"checked\":true}
message  {\"shelf\":\"shelves/1\",\"item\":{\"name\":\"tea\"},\"checked\":true}
",
        ),
    ] {
        let args: Vec<&str> = ["explain"].iter().chain(args).copied().chain(["--proto", "shop.proto"]).collect();
        let (found, stdout, stderr) = run(&args);
        assert_eq!((found, &*stdout, &*stderr), (code, expected, ""), "{args:?}");
    }
}

#[test]
fn a_request_that_is_none_is_refused() {
    for (args, expected) in [
        (&["G T", "/"][..], "error: `G T` is no HTTP method\n"),
        (
            &["GET", "/a b"],
            "error: `/a b` is no URL: write what may not stand in one as %HH: invalid uri character\n",
        ),
        (
            &["GET", "/", "-H", "accept"],
            "error: `accept` is no header: `name: value` was expected\n",
        ),
    ] {
        let args: Vec<&str> = ["explain"]
            .iter()
            .chain(args)
            .copied()
            .chain(["--proto", "shop.proto"])
            .collect();
        assert_eq!(
            run(&args),
            (2, String::new(), expected.to_owned()),
            "{args:?}"
        );
    }
}
