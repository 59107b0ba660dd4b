//! The organisation's folder as an argument, and in commands to type next.

use std::path::{Path, PathBuf};

/// The folder that a command works on.
#[derive(Debug, Clone, clap::Args)]
pub struct Dir {
    /// The organisation's folder.
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

impl Dir {
    /// Returns the folder that a command names by its optional first argument.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// True if it holds a `sidle.toml`.
    pub fn is_organisation(&self) -> bool {
        self.dir.join("sidle.toml").is_file()
    }

    /// Returns a command with this folder put in: `sidle run --new` becomes `sidle run contoso --new`.
    ///
    /// What follows the command's name is kept as it is, quotes and spaces included.
    pub fn command(&self, command: &str) -> String {
        let words = command.strip_prefix("sidle ").unwrap_or(command);
        if self.dir == Path::new(".") {
            return format!("sidle {words}");
        }
        let names = if words.starts_with("embedded ") { 2 } else { 1 };
        let end = words.match_indices(' ').nth(names - 1).map_or(words.len(), |(at, _)| at);
        let (name, rest) = words.split_at(end);
        format!("sidle {name} {}{rest}", quoted(&self.dir.to_string_lossy()))
    }
}

/// Returns the text as one word of a shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@+,=%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dir: &str, command: &str, expected: &str) {
        assert_eq!(Dir::new(dir).command(command), expected);
    }

    #[test]
    fn a_command_to_type_next_names_the_folder_unless_it_is_the_current_one() {
        check(".", "sidle run", "sidle run");
        check("contoso", "sidle run", "sidle run contoso");
        check("contoso", "run --new", "sidle run contoso --new");
        check("contoso", "sidle confirm 12", "sidle confirm contoso 12");
    }

    #[test]
    fn the_folder_stands_after_the_action_of_the_embedded_world() {
        check("c", "sidle embedded start-service p s", "sidle embedded start-service c p s");
    }

    #[test]
    fn words_with_spaces_and_quotes_can_be_typed_as_they_are_printed() {
        check(
            "my folder",
            "sidle accept 'a / b' --note x",
            "sidle accept 'my folder' 'a / b' --note x",
        );
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
