//! The figures as bars.

use std::fmt::Write as _;

use crate::Figure;
use crate::peers::{Direction, OURS};

const COLOURS: [&str; 6] = [
    "#d1495b", "#9aa5b1", "#7b8794", "#b8c4ce", "#616e7c", "#2e6f95",
];

/// Draws the speed of everyone as an SVG: for each direction and load a group of bars, as parts of the fastest.
pub fn draw(figures: &[Figure]) -> String {
    let mut body = String::new();
    let mut y = 64.0;
    let mut names: Vec<&str> = Vec::new();
    for figure in figures {
        if !names.contains(&figure.who) {
            names.push(figure.who);
        }
    }
    for direction in [Direction::JsonToWire, Direction::WireToJson] {
        let _ = write!(
            body,
            "<text x=\"16\" y=\"{y}\" font-size=\"15\" font-weight=\"bold\">{}</text>\n",
            direction.title()
        );
        y += 14.0;
        let of_direction: Vec<_> = figures
            .iter()
            .filter(|f| f.direction == direction)
            .collect();
        let mut loads: Vec<_> = of_direction.iter().map(|f| f.load).collect();
        loads.dedup();
        for load in loads {
            let group: Vec<_> = of_direction.iter().filter(|f| f.load == load).collect();
            let fastest = group.iter().map(|f| f.nanos).fold(f64::INFINITY, f64::min);
            let middle = y + 6.0 * group.len() as f64;
            let _ = write!(
                body,
                "<text x=\"170\" y=\"{middle}\" text-anchor=\"end\">{load}</text>\n"
            );
            for figure in group {
                let colour = names
                    .iter()
                    .position(|name| *name == figure.who)
                    .map_or("black", |i| COLOURS[i % 6]);
                let width = 440.0 * fastest / figure.nanos;
                let weight = if figure.who == OURS { "bold" } else { "normal" };
                let _ = write!(
                    body,
                    "<rect x=\"180\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"9\" fill=\"{colour}\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"9\" font-weight=\"{weight}\">{:.0} MB/s</text>\n",
                    184.0 + width,
                    y + 8.0,
                    figure.megabytes_per_second
                );
                y += 11.0;
            }
            y += 10.0;
        }
        y += 20.0;
    }
    let mut legend = String::new();
    for (i, name) in names.iter().enumerate() {
        let (x, y) = (16 + (i % 3) * 230, 14 + (i / 3) * 18);
        let _ = write!(
            legend,
            "<rect x=\"{x}\" y=\"{y}\" width=\"10\" height=\"10\" fill=\"{}\"/><text x=\"{}\" y=\"{}\">{name}</text>\n",
            COLOURS[i % 6],
            x + 15,
            y + 9
        );
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 {y:.0}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"720\" height=\"{y:.0}\" fill=\"white\"/>\n{legend}{body}</svg>\n"
    )
}
