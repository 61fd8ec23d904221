//! All that is set, by the configuration file first and by the command line after it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use http::HeaderName;
use protoc_gen_rmicro::service_config::{ServiceConfig, Setting};
use rmicro::descriptor::HttpRule;
use rmicro::gateway::{ServeMuxBuilder, WebSocketOrigins};
use rmicro::{Error, Limits, ServeMux};

use crate::amounts::{Amount, Targets};
use crate::args::Options;
use crate::choices::{CHOICES, Choice, Value};

/// A gateway that is set up, and how it is to be served.
pub(crate) struct Settings {
    pub(crate) mux: ServeMux,
    pub(crate) limits: Limits,
    pub(crate) drain_timeout: Option<Duration>,
    /// Rules of the configuration file.
    pub(crate) rules: Vec<HttpRule>,
    /// Where health is told.
    pub(crate) health: Option<String>,
    /// Where metrics are told.
    pub(crate) metrics: Option<String>,
}

/// What is set so far.
#[derive(Default)]
struct Draft {
    /// For each choice, the value; they take effect in the order of [`CHOICES`], whichever came first.
    choices: Vec<Option<&'static Value>>,
    amounts: Vec<(&'static Amount, String)>,
    allow_headers: Vec<HeaderName>,
    only_headers: Vec<HeaderName>,
    websocket_origins: Option<WebSocketOrigins>,
    health: Option<String>,
    metrics: Option<String>,
}

impl Settings {
    /// Reads the configuration file, if any, and puts the command line on top of it.
    ///
    /// # Errors
    /// The file cannot be read, or all that is wrong with it.
    pub(crate) fn load(options: &Options) -> Result<Self, Error> {
        let config = match &options.config {
            Some(path) => read(path)?,
            None => ServiceConfig::default(),
        };
        let mut draft = Draft {
            choices: vec![None; CHOICES.len()],
            ..Draft::default()
        };
        let problems = config
            .gateway
            .iter()
            .filter_map(|setting| draft.key(setting).err());
        let problems: Vec<String> = problems.collect();
        if !problems.is_empty() {
            return Err(Error::new(format!(
                "the configuration is wrong\n{}",
                problems.join("\n")
            )));
        }
        for (name, value) in &options.choices.0 {
            draft.choice(name, value).map_err(Error::new)?;
        }
        for (name, text) in &options.amounts.0 {
            draft.amount(name, text).map_err(Error::new)?;
        }
        draft
            .list("allow_header", &options.allow_header)
            .and_then(|()| draft.list("allow_only_headers", &options.allow_only_headers))
            .and_then(|()| draft.list("websocket_origins", &options.websocket_origins))
            .map_err(Error::new)?;
        draft.health = options.health.clone().or(draft.health);
        draft.metrics = options.metrics.clone().or(draft.metrics);
        draft.finish(config.rules).map_err(Error::new)
    }
}

fn read(path: &Path) -> Result<ServiceConfig, Error> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| {
        Error::new(format!("cannot read the configuration `{name}`")).with_source(error)
    })?;
    ServiceConfig::parse(&name, &text)
        .map_err(|problems| Error::new(format!("the configuration is wrong\n{problems}")))
}

impl Draft {
    /// A key of the configuration file.
    fn key(&mut self, setting: &Setting) -> Result<(), String> {
        let name = setting.key.replace('-', "_");
        let told = |what: String| format!("{}: error: `{}`: {what}", setting.place, setting.key);
        if matches!(
            &*name,
            "allow_header" | "allow_only_headers" | "websocket_origins"
        ) {
            return self.list(&name, &setting.values).map_err(told);
        }
        let [value] = &setting.values[..] else {
            return Err(told("one value was expected".to_owned()));
        };
        match &*name {
            "health" => {
                self.health = Some(value.clone());
                return Ok(());
            }
            "metrics" => {
                self.metrics = Some(value.clone());
                return Ok(());
            }
            _ => {}
        }
        if Choice::find(&name).is_some() {
            return self.choice(&name, value).map_err(told);
        }
        if Amount::find(&name).is_some() {
            return self.amount(&name, value).map_err(told);
        }
        Err(told(
            "there is no such option; `rmicro gateway --help` tells what there is".to_owned(),
        ))
    }

    fn choice(&mut self, name: &str, value: &str) -> Result<(), String> {
        let at = CHOICES.iter().position(|choice| choice.name == name);
        let found = at.and_then(|at| Some((at, CHOICES.get(at)?)));
        let (at, choice) = found.ok_or_else(|| format!("there is no option `{name}`"))?;
        let Some(value) = choice.value(value) else {
            let names: Vec<String> = choice
                .values
                .iter()
                .map(|value| format!("`{}`", value.name))
                .collect();
            return Err(format!(
                "`{value}` is none of its values: {}",
                names.join(", ")
            ));
        };
        if let Some(place) = self.choices.get_mut(at) {
            *place = Some(value);
        }
        Ok(())
    }

    fn amount(&mut self, name: &str, text: &str) -> Result<(), String> {
        let amount = Amount::find(name).ok_or_else(|| format!("there is no option `{name}`"))?;
        amount.set(&mut Targets::default(), text)?;
        self.amounts.push((amount, text.to_owned()));
        Ok(())
    }

    /// An option with any number of values.
    fn list(&mut self, name: &str, values: &[String]) -> Result<(), String> {
        if values.is_empty() {
            return Ok(());
        }
        if name == "websocket_origins" {
            self.websocket_origins = Some(match values {
                [one] if one == "same" => WebSocketOrigins::Same,
                [one] if one == "any" => WebSocketOrigins::Any,
                _ => WebSocketOrigins::Only(values.to_vec()),
            });
            return Ok(());
        }
        let names = values.iter().map(|value| {
            value
                .parse::<HeaderName>()
                .map_err(|_| format!("`{value}` is no name of a header"))
        });
        let names = names.collect::<Result<Vec<_>, _>>()?;
        match name {
            "allow_header" => self.allow_headers.extend(names),
            _ => self.only_headers.extend(names),
        }
        Ok(())
    }

    fn finish(self, rules: Vec<HttpRule>) -> Result<Settings, String> {
        let chosen = self.choices.into_iter().flatten();
        let mut builder: ServeMuxBuilder =
            chosen.fold(ServeMux::builder(), |builder, value| (value.set)(builder));
        if !self.only_headers.is_empty() {
            builder = builder.allow_only_headers(self.only_headers);
        }
        if let Some(origins) = self.websocket_origins {
            builder = builder.websocket_origins(origins);
        }
        for name in self.allow_headers {
            builder = builder.allow_header(name);
        }
        let mut targets = Targets {
            print: builder.print_options(),
            ..Targets::default()
        };
        for (amount, text) in &self.amounts {
            amount.set(&mut targets, text)?;
        }
        let builder = builder
            .limits(targets.gateway)
            .print(targets.print)
            .rules(rules.clone());
        Ok(Settings {
            mux: builder.build(),
            limits: targets.server,
            drain_timeout: targets.drain_timeout,
            rules,
            health: self.health,
            metrics: self.metrics,
        })
    }
}
