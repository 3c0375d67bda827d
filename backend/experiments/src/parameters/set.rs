//! The macros that declare a set of parameters, and what they expand to.

use super::{Given, ParamError, ParamSpec, Parameter, Value};

/// The parameters of an experiment, as `parameters!` declares them.
pub(crate) trait ParameterSet: Sized {
    /// The schema, in the order of the form.
    fn specs() -> Vec<ParamSpec>;

    /// The set with what was given, and defaults for the rest.
    ///
    /// # Errors
    /// Everything that is wrong with it: unknown names first, then the others
    /// in the order of the form.
    fn from_given(given: &Given) -> Result<Self, Vec<ParamError>>;

    /// Every value, in the order of the form.
    fn values(&self) -> Vec<(&'static str, Value)>;
}

/// Reads one parameter after the other and gathers what is wrong.
pub(crate) struct Reader<'a> {
    given: &'a Given,
    errors: Vec<ParamError>,
}

impl<'a> Reader<'a> {
    /// A reader of what was given for parameters with these names.
    pub(crate) fn new(given: &'a Given, names: &[&'static str]) -> Self {
        let errors = given
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
            .map(|name| ParamError::Unknown {
                name: name.clone(),
                nearest: nearest_first(name, names),
            })
            .collect();
        Reader { given, errors }
    }

    /// The value of one parameter; its default if none was given, or a wrong
    /// one.
    pub(crate) fn read<T: Parameter>(
        &mut self,
        name: &'static str,
        default: T,
        bounds: T::Bounds,
    ) -> T {
        let Some(given) = self.given.get(name) else {
            return default;
        };
        T::read(name, given, bounds).unwrap_or_else(|error| {
            self.errors.push(error);
            default
        })
    }

    /// The set, unless something was wrong.
    pub(crate) fn finish<S>(self, set: S) -> Result<S, Vec<ParamError>> {
        if self.errors.is_empty() {
            Ok(set)
        } else {
            Err(self.errors)
        }
    }
}

/// All the names, those most like `name` first.
fn nearest_first(name: &str, names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_by(|a, b| {
        let like = |other| strsim::jaro_winkler(name, other);
        like(b).total_cmp(&like(a))
    });
    names
}

/// Declares a set of parameters; [the module](super) has an example.
macro_rules! parameters {
    (@bounds) => { () };
    (@bounds $bounds:expr) => { $bounds };
    (@name $name:ident) => { stringify!($name) };
    (@name $name:ident $given:literal) => { $given };
    (@unit) => { None };
    (@unit $unit:expr) => { Some($unit) };
    (
        $(#[$set_meta:meta])*
        $vis:vis struct $set:ident {
            $(
                $name:ident $(as $given:literal)?: $type:ty = $default:expr
                    $(, in $bounds:expr)?
                    $(, unit $unit:expr)?
                    , label $label:expr
                    , help $help:expr;
            )+
        }
    ) => {
        $(#[$set_meta])*
        $vis struct $set { $($name: $type,)+ }

        impl $crate::parameters::ParameterSet for $set {
            fn specs() -> Vec<$crate::parameters::ParamSpec> {
                vec![$($crate::parameters::ParamSpec {
                    name: $crate::parameters::parameters!(@name $name $($given)?),
                    label: $label,
                    help: $help,
                    unit: $crate::parameters::parameters!(@unit $($unit)?),
                    kind: <$type as $crate::parameters::Parameter>::kind(
                        $default,
                        $crate::parameters::parameters!(@bounds $($bounds)?),
                    ),
                },)+]
            }

            fn from_given(
                given: &$crate::parameters::Given,
            ) -> Result<Self, Vec<$crate::parameters::ParamError>> {
                let mut reader =
                    $crate::parameters::Reader::new(
                    given,
                    &[$($crate::parameters::parameters!(@name $name $($given)?)),+],
                );
                let set = $set {
                    $($name: reader.read::<$type>(
                        $crate::parameters::parameters!(@name $name $($given)?),
                        $default,
                        $crate::parameters::parameters!(@bounds $($bounds)?),
                    ),)+
                };
                reader.finish(set)
            }

            fn values(&self) -> Vec<(&'static str, $crate::parameters::Value)> {
                vec![$((
                    $crate::parameters::parameters!(@name $name $($given)?),
                    $crate::parameters::Parameter::value(&self.$name),
                ),)+]
            }
        }
    };
}
pub(crate) use parameters;

/// Declares an enum that a parameter can have as its type:
/// `enum Reply { Buffered = "buffered", text("…", "…"); … }`.
macro_rules! choice {
    (
        $(#[$enum_meta:meta])*
        $vis:vis enum $choice:ident {
            $($variant:ident = $value:literal, $label:expr;)+
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $choice { $($variant,)+ }

        impl $choice {
            fn name(self) -> &'static str {
                match self { $($choice::$variant => $value,)+ }
            }
        }

        impl $crate::parameters::Parameter for $choice {
            type Bounds = ();

            fn kind(default: Self, (): ()) -> $crate::parameters::ParamKind {
                const OPTIONS: &[$crate::parameters::ChoiceSpec] = &[$(
                    $crate::parameters::ChoiceSpec { value: $value, label: $label },
                )+];
                $crate::parameters::ParamKind::Choice {
                    options: OPTIONS,
                    default: default.name(),
                }
            }

            fn read(
                name: &'static str,
                given: &$crate::parameters::Value,
                (): (),
            ) -> Result<Self, $crate::parameters::ParamError> {
                match given {
                    $($crate::parameters::Value::Text(text) if text == $value => {
                        Ok($choice::$variant)
                    })+
                    _ => Err($crate::parameters::ParamError::NotAnOption {
                        name,
                        options: vec![$($value),+],
                        given: given.clone(),
                    }),
                }
            }

            fn value(&self) -> $crate::parameters::Value {
                $crate::parameters::Value::Text(self.name().to_owned())
            }
        }
    };
}
pub(crate) use choice;
