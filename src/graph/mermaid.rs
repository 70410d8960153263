//! Mermaid: what Markdown of code hosts draws.

use std::fmt::Write;

use super::{Graph, Place, State};

impl Graph {
    /// The picture as a Mermaid flowchart, ending in a line break.
    pub fn mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        for (index, node) in self.nodes.iter().enumerate() {
            let (open, close) = match node.place {
                Place::UserPool => ("[(", ")]"),
                Place::ClientSecret | Place::Details => ("(", ")"),
                Place::Client | Place::OfPool => ("[", "]"),
            };
            let _ = writeln!(
                text,
                "  n{index}{open}\"{}<br>{}{}\"{close}{}",
                escaped(&node.name),
                escaped(&node.about),
                match node.state {
                    State::Waiting => ", waiting",
                    State::Rendered | State::Elsewhere => "",
                },
                match node.state {
                    State::Rendered => "",
                    State::Waiting => ":::waiting",
                    State::Elsewhere => ":::elsewhere",
                }
            );
        }
        for edge in &self.edges {
            let about = if edge.about.is_empty() {
                String::new()
            } else {
                format!("|\"{}\"|", escaped(&edge.about))
            };
            let _ = writeln!(text, "  n{} -->{about} n{}", edge.from, edge.to);
        }
        text.push_str("  classDef waiting stroke:#d97706,stroke-width:2px,stroke-dasharray:6 4\n");
        text.push_str("  classDef elsewhere stroke:#888,stroke-dasharray:2 3\n");
        text
    }
}

/// A text within double quotes: Mermaid reads entities, and HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' | '*' | '_' => {
                let _ = write!(escaped, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::graph;

    #[test]
    fn a_flowchart_marks_what_waits_and_escapes_what_it_must() {
        let text = graph(json!({})).mermaid();
        for line in [
            "flowchart LR",
            "  n0[(\"user-pool<br>user pool storefront\")]",
            "  n2[\"resource-server-api<br>resource server https://api, waiting\"]:::waiting",
            "  n4(\"shop/google<br>details, read\"):::elsewhere",
            "  n6[\"group-a#34;b#60;c#62;<br>group\"]",
            "  n7 -->|\"read, write\"| n2",
            "  n1 --> n0",
        ] {
            assert!(text.lines().any(|each| each == line), "{line}\n{text}");
        }
    }
}
