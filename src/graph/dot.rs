//! DOT: what Graphviz draws.

use std::fmt::Write;

use super::{Graph, Place, State};

impl Graph {
    /// The picture as a DOT digraph, ending in a line break.
    pub fn dot(&self) -> String {
        let mut text = String::from(
            "digraph appauth {\n  rankdir=LR\n  node [shape=box, style=rounded, fontname=\"sans-serif\"]\n  \
             edge [fontname=\"sans-serif\", fontsize=10]\n",
        );
        for (index, node) in self.nodes.iter().enumerate() {
            let mut attributes = format!(
                "label=\"{}\\n{}{}\"",
                escaped(&node.name),
                escaped(&node.about),
                if node.state == State::Waiting {
                    ", waiting"
                } else {
                    ""
                }
            );
            match node.place {
                Place::UserPool => attributes.push_str(", shape=cylinder"),
                Place::ClientSecret | Place::Details => attributes.push_str(", shape=note"),
                Place::Client | Place::OfPool => {}
            }
            match node.state {
                State::Rendered => {}
                State::Waiting => attributes.push_str(", style=dashed, color=\"#d97706\""),
                State::Elsewhere => attributes.push_str(", style=dotted, color=\"#888888\""),
            }
            let _ = writeln!(text, "  n{index} [{attributes}]");
        }
        for edge in &self.edges {
            let about = if edge.about.is_empty() {
                String::new()
            } else {
                format!(" [label=\"{}\"]", escaped(&edge.about))
            };
            let _ = writeln!(text, "  n{} -> n{}{about}", edge.from, edge.to);
        }
        text.push_str("}\n");
        text
    }
}

/// A text within double quotes.
fn escaped(text: &str) -> String {
    // Graphviz reads entities as well.
    text.replace('&', "&amp;")
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::graph;

    #[test]
    fn a_digraph_marks_what_waits_and_escapes_what_it_must() {
        let text = graph(json!({})).dot();
        for line in [
            "digraph appauth {",
            "  n0 [label=\"user-pool\\nuser pool storefront\", shape=cylinder]",
            "  n2 [label=\"resource-server-api\\nresource server https://api, waiting\", style=dashed, color=\"#d97706\"]",
            "  n6 [label=\"group-a\\\"b<c>\\ngroup\"]",
            "  n7 -> n2 [label=\"read, write\"]",
            "}",
        ] {
            assert!(text.lines().any(|each| each == line), "{line}\n{text}");
        }
    }
}
