//! All that is set, by the configuration file first and by the command line after it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use http::HeaderName;
use protoc_gen_rmicro::service_config::{ServiceConfig, Setting};
use rmicro::descriptor::HttpRule;
use rmicro::gateway::ServeMuxBuilder;
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
}

/// What is set so far.
#[derive(Default)]
struct Draft {
    /// For each choice, the value; they take effect in the order of [`CHOICES`], whichever came first.
    choices: Vec<Option<&'static Value>>,
    amounts: Vec<(&'static Amount, String)>,
    allow_headers: Vec<HeaderName>,
    only_headers: Vec<HeaderName>,
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
            .headers("allow_header", &options.allow_header)
            .map_err(Error::new)?;
        draft
            .headers("allow_only_headers", &options.allow_only_headers)
            .map_err(Error::new)?;
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
        if matches!(&*name, "allow_header" | "allow_only_headers") {
            return self.headers(&name, &setting.values).map_err(told);
        }
        let [value] = &setting.values[..] else {
            return Err(told("one value was expected".to_owned()));
        };
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

    fn headers(&mut self, name: &str, values: &[String]) -> Result<(), String> {
        let parsed = values.iter().map(|value| {
            value
                .parse::<HeaderName>()
                .map_err(|_| format!("`{value}` is no name of a header"))
        });
        let parsed = parsed.collect::<Result<Vec<_>, _>>()?;
        match name {
            "allow_header" => self.allow_headers.extend(parsed),
            _ => self.only_headers.extend(parsed),
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
        })
    }
}
