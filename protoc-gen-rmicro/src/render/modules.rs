//! Modules: the names of their files, and the file that nests them.

use std::collections::BTreeMap;

use super::generated;
use super::layout::Layout;
use crate::model::Model;
use crate::names::Names;

/// A module and those inside it.
#[derive(Default)]
struct Node {
    /// The package, and the file with its code.
    package: Option<(String, String)>,
    inside: BTreeMap<String, Node>,
}

/// The file of a package, as prost names it.
pub(super) fn file_name(modules: &[String]) -> String {
    format!("{}.rs", modules.join("."))
}

/// The file that nests the modules of all packages.
pub(super) fn include_file(model: &Model, names: &Names) -> String {
    let mut root = Node::default();
    for package in model.packages.keys() {
        let modules = names.modules(package);
        let file = file_name(&modules);
        let mut node = &mut root;
        for module in modules {
            node = node.inside.entry(module).or_default();
        }
        node.package = Some((package.clone(), file));
    }
    let mut layout = Layout::default();
    layout.line(&format!("{}. Do not edit.", generated()));
    layout.blank();
    modules(&root, &mut layout);
    layout.finish()
}

fn modules(node: &Node, layout: &mut Layout) {
    for (at, (module, inner)) in node.inside.iter().enumerate() {
        if at > 0 {
            layout.blank();
        }
        match &inner.package {
            Some((package, _)) if package.is_empty() => layout.line("/// What is in no package."),
            Some((package, _)) => layout.line(&format!("/// Package `{package}`.")),
            None => layout.line("/// Packages."),
        }
        layout.block(&format!("pub mod {module}"), |layout| {
            if let Some((_, file)) = &inner.package {
                layout.line(&format!("include!(\"{file}\");"));
                if !inner.inside.is_empty() {
                    layout.blank();
                }
            }
            modules(inner, layout);
        });
    }
}
