//! The messages as one would write them by hand, and what all servers answer.

use serde::{Deserialize, Serialize};

/// How many books a list has; it makes about 25 KB.
pub const BOOKS: i32 = 100;

/// Asks for a greeting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelloRequest {
    /// Who is greeted.
    #[serde(default)]
    pub name: String,
}

/// A greeting.
#[derive(Debug, Serialize)]
pub struct HelloReply {
    /// What is said.
    pub greeting: String,
}

/// A list of books.
#[derive(Debug, Serialize)]
pub struct ListReply {
    /// The books.
    pub books: Vec<Book>,
}

/// A book.
#[derive(Debug, Serialize)]
pub struct Book {
    /// Its resource name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// How long it is.
    pub pages: i32,
    /// What it costs.
    pub price: f64,
    /// Whether it is there.
    pub available: bool,
    /// What it is about.
    pub tags: Vec<String>,
    /// Where it stands.
    pub shelf: Option<Shelf>,
}

/// Where a book stands.
#[derive(Debug, Serialize)]
pub struct Shelf {
    /// The room.
    pub room: String,
    /// The number of the shelf.
    pub number: i32,
}

/// One message of a stream.
#[derive(Debug, Serialize)]
pub struct Event {
    /// Its number, from 1.
    pub sequence: i32,
    /// What happened.
    pub text: String,
}

/// A part of a thing.
#[derive(Debug, Serialize)]
pub struct Thing {
    /// The thing.
    pub id: String,
    /// The part.
    pub part: String,
}

/// What is said to `name`.
pub fn greeting(name: &str) -> String {
    format!("Hello {name}")
}

/// The books of a list, in whatever types have these fields.
#[macro_export]
macro_rules! books {
    ($book:ident, $shelf:ident) => {
        (1..=$crate::data::BOOKS)
            .map(|number| $book {
                name: format!("shelves/17/books/{number}"),
                title: format!(
                    "On the Habits of Gateways, and How to Keep Them Small, Volume {number}"
                ),
                author: String::from("A. N. Author, with Others"),
                pages: 320 + number,
                price: 19.5 + f64::from(number),
                available: true,
                tags: vec![
                    String::from("networks"),
                    String::from("protocols"),
                    String::from("zoology"),
                ],
                shelf: Some($shelf {
                    room: String::from("reading room"),
                    number: 17,
                }),
            })
            .collect()
    };
}

/// The message of a stream with that number, in whatever type has these fields.
#[macro_export]
macro_rules! event {
    ($event:ident, $sequence:expr) => {
        $event {
            sequence: $sequence,
            text: String::from("a book came back"),
        }
    };
}
