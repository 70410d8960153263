//! SVG: a picture by itself, which any browser shows, in light and in dark.
//!
//! The user pool is above everything else, so that no line from a client to what it names runs through it: clients are
//! on the left with the Secrets that they fill, what is of the pool is on the right with the Secrets that it reads.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Graph, Node, Place, State};

/// Measures, in pixels.
const WIDTH: usize = 250;
const HEIGHT: usize = 50;
const GAP: usize = 18;
const ALLEY: usize = 110;
const MARGIN: usize = 20;
/// How many characters fit into a node, of its name and of what it is.
const NAME_FITS: usize = 32;
const ABOUT_FITS: usize = 39;

/// The places from left to right.
const COLUMNS: [Place; 5] = [
    Place::ClientSecret,
    Place::Client,
    Place::UserPool,
    Place::OfPool,
    Place::Details,
];

const STYLE: &str = "\
text{font:600 13px system-ui,sans-serif;fill:#1f2937}
.about{font-weight:400;font-size:11px;fill:#4b5563}
rect{fill:#fff;stroke:#64748b;stroke-width:1.3}
.pool rect{fill:#eef2ff;stroke:#4f46e5}
.client rect{fill:#ecfdf5;stroke:#059669}
.secret rect{fill:#f8fafc}
.waiting rect{stroke:#d97706;stroke-width:2;stroke-dasharray:7 4}
.waiting .about{fill:#b45309}
.elsewhere rect{stroke-dasharray:2 3}
path{fill:none;stroke:#94a3b8;stroke-width:1.3;marker-end:url(#head)}
marker path{fill:#94a3b8;stroke:none;marker-end:none}
@media(prefers-color-scheme:dark){
svg{background:#0f172a}
text{fill:#f1f5f9}.about{fill:#cbd5e1}
rect{fill:#1e293b;stroke:#94a3b8}
.pool rect{fill:#312e81;stroke:#a5b4fc}
.client rect{fill:#064e3b;stroke:#6ee7b7}
.secret rect{fill:#0f172a}
.waiting rect{stroke:#fbbf24}.waiting .about{fill:#fcd34d}
path{stroke:#64748b}marker path{fill:#64748b}}
";

/// Where the upper left corner of a node is.
type Corner = (usize, usize);

impl Graph {
    /// The picture as an SVG document, ending in a line break.
    pub fn svg(&self) -> String {
        let (corners, width, height) = self.layout();
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{} resources and what points at what\">\n<style>\n{STYLE}</style>\n\
             <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
            self.nodes.len()
        );
        for edge in &self.edges {
            let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
            let title = if edge.about.is_empty() {
                format!("{} → {}", from.name, to.name)
            } else {
                format!("{} → {}: {}", from.name, to.name, edge.about)
            };
            let _ = writeln!(
                text,
                "<path d=\"{}\"><title>{}</title></path>",
                curve(corners[edge.from], corners[edge.to]),
                escaped(&title)
            );
        }
        for (node, corner) in self.nodes.iter().zip(&corners) {
            draw(node, *corner, &mut text);
        }
        text.push_str("</svg>\n");
        text
    }

    /// The corner of each node, and the size of the whole.
    fn layout(&self) -> (Vec<Corner>, usize, usize) {
        let used: Vec<Place> = COLUMNS
            .into_iter()
            .filter(|place| self.nodes.iter().any(|node| node.place == *place))
            .collect();
        let mut rows = BTreeMap::<Place, usize>::new();
        let corners = self
            .nodes
            .iter()
            .map(|node| {
                let column = used.iter().position(|place| *place == node.place);
                let row = rows.entry(node.place).or_default();
                // All but the pool begins one row lower.
                let y = *row + usize::from(node.place != Place::UserPool);
                *row += 1;
                (
                    MARGIN + column.unwrap_or_default() * (WIDTH + ALLEY),
                    MARGIN + y * (HEIGHT + GAP),
                )
            })
            .collect();
        let most = rows
            .iter()
            .map(|(place, rows)| rows + usize::from(*place != Place::UserPool))
            .max();
        let height = 2 * MARGIN + most.unwrap_or(1) * (HEIGHT + GAP) - GAP;
        let width = 2 * MARGIN + used.len().max(1) * (WIDTH + ALLEY) - ALLEY;
        (corners, width, height)
    }
}

/// From the side of one node to the nearer side of another.
fn curve(from: Corner, to: Corner) -> String {
    let middle = |corner: Corner| corner.1 + HEIGHT / 2;
    let (start, end, bend) = if from.0 < to.0 {
        (from.0 + WIDTH, to.0, 1_i64)
    } else {
        (from.0, to.0 + WIDTH, -1)
    };
    let (x, y) = (whole(start), middle(from));
    let (to_x, to_y) = (whole(end), middle(to));
    let reach = bend * whole(ALLEY * 3 / 5);
    format!(
        "M{x} {y}C{} {y} {} {to_y} {to_x} {to_y}",
        x + reach,
        to_x - reach
    )
}

fn whole(pixels: usize) -> i64 {
    i64::try_from(pixels).unwrap_or(i64::MAX)
}

fn draw(node: &Node, (x, y): Corner, text: &mut String) {
    let place = match node.place {
        Place::UserPool => "pool",
        Place::Client => "client",
        Place::ClientSecret | Place::Details => "secret",
        Place::OfPool => "part",
    };
    let (state, waiting) = match node.state {
        State::Rendered => ("", ""),
        State::Waiting => (" waiting", "waiting: "),
        State::Elsewhere => (" elsewhere", ""),
    };
    let about = format!("{waiting}{}", node.about);
    let _ = writeln!(
        text,
        "<g class=\"{place}{state}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         rx=\"8\"/><text x=\"{}\" y=\"{}\">{}</text><text class=\"about\" x=\"{}\" y=\"{}\">{}</text></g>",
        escaped(&format!("{}, {about}", node.name)),
        x + 12,
        y + 21,
        escaped(&cut(&node.name, NAME_FITS)),
        x + 12,
        y + 38,
        escaped(&cut(&about, ABOUT_FITS)),
    );
}

/// A text of at most so many characters.
fn cut(text: &str, fits: usize) -> String {
    match text.char_indices().nth(fits) {
        Some(_) => text.chars().take(fits - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no way to write these.
            '\u{fffe}' | '\u{ffff}' => {}
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
    use super::*;

    #[test]
    fn a_picture_has_a_box_for_each_resource_and_a_line_for_each_reference() {
        let graph = graph(json!({}));
        let svg = graph.svg();
        assert_eq!(svg.matches("<rect").count(), graph.nodes.len());
        assert_eq!(svg.matches("<path d=\"M").count(), graph.edges.len() + 1);
        assert_eq!(svg.matches("waiting\"><title>").count(), 2);
        assert!(svg.contains("group-a&quot;b&lt;c&gt;"), "{svg}");
        assert!(!svg.contains("b<c"), "{svg}");
    }

    #[test]
    fn no_two_boxes_are_in_one_place_and_none_is_outside() {
        let graph = graph(json!({}));
        let (corners, width, height) = graph.layout();
        let different: std::collections::BTreeSet<&Corner> = corners.iter().collect();
        assert_eq!(different.len(), corners.len());
        assert!(
            corners
                .iter()
                .all(|(x, y)| x + WIDTH < width && y + HEIGHT < height)
        );
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
