//! Finding the values in a stream of JSON text.

use super::Error;

/// Cuts a stream of messages in JSON into its values, as they arrive.
///
/// The stream is values one after the other, with or without white space or line ends between them, or one array of values.
/// Values are told apart by their brackets and quotation marks; whether they are JSON is for their reader to say.
/// Each byte is looked at once, in whatever portions it comes.
///
/// ```
/// use rmicro::json::Splitter;
///
/// let mut splitter = Splitter::new(1024);
/// splitter.push(br#"{"a": 1} {"a""#);
/// assert_eq!(splitter.next_value()?.as_deref(), Some(&br#"{"a": 1}"#[..]));
/// assert_eq!(splitter.next_value()?, None);
/// splitter.push(b": 2}");
/// assert_eq!(splitter.next_value()?.as_deref(), Some(&br#"{"a": 2}"#[..]));
/// assert_eq!(splitter.finish()?, None);
/// # Ok::<(), rmicro::json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Splitter {
    buffer: Vec<u8>,
    /// Where the value starts that is being looked for; what is before it was given out.
    start: usize,
    /// How far the value was looked at.
    at: usize,
    max_size: usize,
    form: Form,
    state: State,
    /// Brackets that are open inside the value.
    open: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing but white space came yet.
    Unknown,
    Values,
    /// In an array: whether a value may come, a comma or the end must, or a value must.
    FirstElement,
    AfterElement,
    NextElement,
    /// The array is closed.
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Between,
    /// A number or a word.
    Scalar,
    /// A string that is a value.
    String,
    StringEscape,
    Nested,
    NestedString,
    NestedEscape,
    /// There was an error.
    Failed,
}

impl Splitter {
    /// A splitter for values of up to `max_size` bytes.
    pub fn new(max_size: usize) -> Splitter {
        Splitter {
            buffer: Vec::new(),
            start: 0,
            at: 0,
            max_size,
            form: Form::Unknown,
            state: State::Between,
            open: 0,
        }
    }

    /// Adds what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        // Only when most of the buffer was given out, so that no byte is moved often.
        if self.start > 0 && self.start >= self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.at -= self.start;
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next value, if all of it has arrived.
    ///
    /// # Errors
    /// A value is longer than allowed, or something other than a value stands between values. The stream cannot be read on then.
    pub fn next_value(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let found = self.look();
        if found.is_err() {
            self.state = State::Failed;
        }
        found
    }

    fn look(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.state == State::Failed {
            return Err(Error::unplaced(
                "the stream cannot be read on after an error",
            ));
        }
        while let Some(byte) = self.buffer.get(self.at).copied() {
            match self.state {
                State::Between => {
                    if !self.begin(byte)? {
                        continue;
                    }
                }
                State::Scalar => {
                    if matches!(
                        byte,
                        b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b'{' | b'[' | b'"'
                    ) {
                        return Ok(Some(self.take()));
                    }
                    self.at += 1;
                }
                State::String | State::NestedString => match byte {
                    b'\\' => {
                        self.at += 1;
                        self.state = match self.state {
                            State::String => State::StringEscape,
                            _ => State::NestedEscape,
                        };
                    }
                    b'"' => {
                        self.at += 1;
                        if self.state == State::String {
                            return Ok(Some(self.take()));
                        }
                        self.state = State::Nested;
                    }
                    _ => self.at = super::text::plain_end(&self.buffer, self.at + 1),
                },
                State::StringEscape | State::NestedEscape => {
                    self.at += 1;
                    self.state = match self.state {
                        State::StringEscape => State::String,
                        _ => State::NestedString,
                    };
                }
                State::Failed => return Ok(None),
                State::Nested => {
                    self.at += 1;
                    match byte {
                        b'"' => self.state = State::NestedString,
                        b'{' | b'[' => self.open += 1,
                        b'}' | b']' => {
                            self.open -= 1;
                            if self.open == 0 {
                                return Ok(Some(self.take()));
                            }
                        }
                        _ => {}
                    }
                }
            }
            if self.at - self.start > self.max_size {
                return Err(Error::unplaced(format!(
                    "a value of the stream is longer than {} bytes",
                    self.max_size
                )));
            }
        }
        Ok(None)
    }

    /// Says that nothing more will arrive. A number or a word at the end is returned, as only the end shows that it is whole.
    ///
    /// # Errors
    /// The stream ends within a value or an array, or as [`Splitter::next_value`]. Values that are whole have to be taken
    /// before.
    pub fn finish(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if let Some(value) = self.next_value()? {
            return Ok(Some(value));
        }
        if self.state == State::Scalar && self.form == Form::Values {
            return Ok(Some(self.take()));
        }
        if self.state != State::Between
            || !matches!(self.form, Form::Unknown | Form::Values | Form::Over)
        {
            return Err(Error::unplaced(
                "the stream ends within a value or before the end of its array",
            ));
        }
        Ok(None)
    }

    /// Looks at a byte between values: `false` if it was passed over.
    fn begin(&mut self, byte: u8) -> Result<bool, Error> {
        let form = match (self.form, byte) {
            (form, b' ' | b'\t' | b'\r' | b'\n') => form,
            (Form::Unknown, b'[') => Form::FirstElement,
            (Form::FirstElement | Form::AfterElement, b']') => Form::Over,
            (Form::AfterElement, b',') => Form::NextElement,
            (Form::AfterElement | Form::Over, _) => {
                let expected = match self.form {
                    Form::Over => "nothing after the array",
                    _ => "`,` or `]` after a value of the array",
                };
                return Err(Error::unplaced(format!(
                    "expected {expected} in the stream"
                )));
            }
            (form, _) => {
                if form == Form::Unknown {
                    self.form = Form::Values;
                }
                self.start = self.at;
                self.at += 1;
                self.state = match byte {
                    b'{' | b'[' => {
                        self.open = 1;
                        State::Nested
                    }
                    b'"' => State::String,
                    b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => State::Scalar,
                    _ => return Err(Error::unplaced("expected a value in the stream")),
                };
                return Ok(true);
            }
        };
        self.form = form;
        self.at += 1;
        self.start = self.at;
        Ok(false)
    }

    /// Gives out the value that ends here.
    fn take(&mut self) -> Vec<u8> {
        let value = self.buffer[self.start..self.at].to_vec();
        self.start = self.at;
        self.state = State::Between;
        if matches!(self.form, Form::FirstElement | Form::NextElement) {
            self.form = Form::AfterElement;
        }
        value
    }
}
