use http::Method;
use serde_json::Value;

use super::*;

fn router(rules: Rules, routes: &[(&str, &str)]) -> Router {
    let mut router = Router::new(rules);
    for (at, (method, template)) in routes.iter().enumerate() {
        let method = (*method != "*").then(|| Method::from_bytes(method.as_bytes()).unwrap());
        let template = Template::parse(template).unwrap();
        router
            .insert(method.as_ref(), &template, at as u32)
            .unwrap();
    }
    router
}

fn route(router: &Router, method: &str, path: &str) -> Option<u32> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    router.find(&method, path).ok().map(|found| found.route)
}

#[test]
fn the_most_specific_route_wins_and_dead_ends_are_left() {
    let routes = [
        ("GET", "/**"),
        ("GET", "/a/{x}"),
        ("GET", "/a/b"),
        ("GET", "/a/{x}/c"),
        ("GET", "/a/b/d"),
        ("GET", "/a/{rest=**}"),
        ("GET", "/a/{rest=**}/z"),
        ("GET", "/a/{rest=**}/y/z"),
        ("POST", "/a/b"),
        ("*", "/a/{x}"),
    ];
    let router = router(Rules::default(), &routes);
    for (method, path, expected) in [
        ("GET", "/", Some(0)),
        ("GET", "/q/r", Some(0)),
        ("GET", "/a/b", Some(2)),
        ("GET", "/a/q", Some(1)),
        ("GET", "/a/b/c", Some(3)),
        ("GET", "/a/b/d", Some(4)),
        ("GET", "/a/b/e", Some(5)),
        ("GET", "/a", Some(5)),
        ("GET", "/a/z", Some(1)),
        ("GET", "/a/b/z", Some(6)),
        ("GET", "/a/b/y/z", Some(7)),
        ("GET", "/a/", Some(5)),
        ("POST", "/a/b", Some(8)),
        ("PUT", "/a/b", Some(9)),
        ("HEAD", "/a/b", Some(2)),
        ("POST", "/q", None),
        ("GET", "a/b", None),
        ("GET", "*", None),
    ] {
        assert_eq!(route(&router, method, path), expected, "{method} {path}");
    }
}

#[test]
fn a_verb_is_one_where_some_template_has_it() {
    let routes = [("GET", "/a/{x}"), ("GET", "/b/{x}:cancel")];
    let routes = &routes;
    let always = router(Rules::default(), routes);
    assert_eq!(route(&always, "GET", "/a/1:other"), Some(0));
    assert_eq!(route(&always, "GET", "/b/1:cancel"), Some(1));
    assert_eq!(route(&always, "GET", "/b/1"), None);
    assert_eq!(route(&always, "GET", "/a/1:cancel"), None);
    assert_eq!(route(&always, "GET", "/b/1%3Acancel"), None);
    assert_eq!(route(&always, "GET", "/b/1:c%61ncel"), Some(1));
    let found = always.find(&Method::GET, "/b/1:cancel").unwrap();
    assert_eq!(found.cut, ":cancel".len());

    let rules = Rules {
        verbs: VerbMatching::WhereItMatches,
        ..Rules::default()
    };
    assert_eq!(route(&router(rules, routes), "GET", "/a/1:cancel"), Some(0));
}

#[test]
fn the_last_route_wins_where_that_is_asked_for() {
    let rules = Rules {
        order: RouteOrder::LastRegistered,
        verbs: VerbMatching::WhereItMatches,
        ..Rules::default()
    };
    let routes = [
        ("GET", "/users/me"),
        ("GET", "/users/{id}"),
        ("GET", "/y/{name}:verb"),
        ("GET", "/y/{name}"),
        ("GET", "/users/{other}"),
    ];
    let router = router(rules, &routes);
    assert_eq!(route(&router, "GET", "/users/me"), Some(4));
    assert_eq!(route(&router, "GET", "/y/x:verb"), Some(3));
}

#[test]
fn a_slash_at_the_end_counts_unless_it_is_ignored() {
    let routes = [("GET", "/a/{x}"), ("GET", "/b"), ("GET", "/")];
    let exact = router(Rules::default(), &routes);
    assert_eq!(route(&exact, "GET", "/b/"), None);
    assert_eq!(route(&exact, "GET", "/a/"), None);
    assert_eq!(route(&exact, "GET", "/a//"), None);
    assert_eq!(route(&exact, "GET", "/"), Some(2));
    assert_eq!(route(&exact, "GET", "//"), None);

    let rules = Rules {
        trailing_slash: TrailingSlash::Ignored,
        ..Rules::default()
    };
    let ignored = router(rules, &routes);
    assert_eq!(route(&ignored, "GET", "/b/"), Some(1));
    assert_eq!(route(&ignored, "GET", "/b//"), None);

    let rules = Rules {
        empty_segments: EmptySegments::Matched,
        ..Rules::default()
    };
    assert_eq!(route(&router(rules, &routes), "GET", "/a/"), Some(0));
}

#[test]
fn a_miss_says_which_methods_the_path_has() {
    let routes = [
        ("GET", "/a/{x}"),
        ("POST", "/a/b"),
        ("PURGE", "/a/b"),
        ("PUT", "/c"),
        ("DELETE", "/a/b:x"),
    ];
    let router = router(Rules::default(), &routes);
    let allow = |method: Method, path: &str| match router.find(&method, path) {
        Err(Miss::Method(allowed)) => router.names(allowed).join(", "),
        other => format!("{other:?}"),
    };
    assert_eq!(
        allow(Method::PUT, "/a/b"),
        "GET, HEAD, OPTIONS, POST, PURGE"
    );
    assert_eq!(allow(Method::PUT, "/a/z"), "GET, HEAD, OPTIONS");
    assert_eq!(allow(Method::OPTIONS, "/c"), "OPTIONS, PUT");
    assert_eq!(allow(Method::GET, "/a/b:x"), "DELETE, OPTIONS");
    assert_eq!(allow(Method::GET, "/z"), "Err(NotFound)");
}

#[test]
fn equivalent_routes_are_an_error() {
    let mut router = router(Rules::default(), &[("GET", "/a/{x}"), ("GET", "/a/**:v")]);
    let insert = |router: &mut Router, template: &str| {
        router.insert(Some(&Method::GET), &Template::parse(template).unwrap(), 9)
    };
    assert_eq!(insert(&mut router, "/a/{other}"), Err(0));
    assert_eq!(insert(&mut router, "/{p=a/**}:v"), Err(1));
    assert_eq!(insert(&mut router, "/a/{other}:v"), Ok(()));
}

/// Look-ups of vanguard's and ASP.NET's tests that we answer otherwise.
const SKIPPED: &[(&str, &str)] = &[
    (
        "/trailing:slash",
        "`**` matches no segment as well, as http.proto says",
    ),
    (
        "/foo/bar/baz/123",
        "`**` matches no segment as well, as http.proto says",
    ),
];

#[test]
fn paths_take_the_routes_that_other_projects_give_them() {
    let read = |name: &str| -> Value {
        let path = format!(
            "{}/../testdata/vectors/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let vanguard = read("vanguard_paths");
    let table = &vanguard["router"];
    // Templates with nested variables are not ours.
    let routes: Vec<&str> = table["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| route.as_str().unwrap())
        .filter(|route| Template::parse(route).is_ok())
        .collect();
    assert_eq!(routes.len(), 10);
    let pairs: Vec<(&str, &str)> = routes.iter().map(|route| ("GET", *route)).collect();
    let all = router(Rules::default(), &pairs);
    for lookup in table["lookups"].as_array().unwrap() {
        let path = lookup["path"].as_str().unwrap();
        if SKIPPED.iter().any(|(skipped, _)| *skipped == path) || lookup.get("notes").is_some() {
            continue;
        }
        let found = route(&all, "GET", path).map(|at| routes[at as usize]);
        assert_eq!(found, lookup["match"].as_str(), "{path}");
    }

    let asp = read("aspnetcore");
    for lookup in asp["lookups"].as_array().unwrap() {
        let names: Vec<&str> = lookup["routes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_str().unwrap())
            .collect();
        let method = lookup["http_method"].as_str().unwrap();
        let pairs: Vec<(&str, &str)> = names
            .iter()
            .map(|name| (method, asp["routes"][name].as_str().unwrap()))
            .collect();
        let router = router(Rules::default(), &pairs);
        let path = lookup["path"].as_str().unwrap();
        let found = route(&router, method, path).map(|at| names[at as usize]);
        assert_eq!(found, lookup["match"].as_str(), "{path}");
    }
}
