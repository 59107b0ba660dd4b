//! `sidle new`: a folder to start from.

use super::folder::{Dir, quoted};
use super::template::{self, TemplateFile};
use super::{Answer, Exit};
use crate::diagnostic::{Finding, codes};
use crate::text::{count, did_you_mean, list};
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  sidle new first
  sidle new contoso --template contoso

Templates:
  first-steps   200 users move from an OCS 2007 R2 pool to a Lync Server 2013 pool: a page
                to read, and the shortest way to a finished run
  contoso       an organisation to copy: two sites with a pool of each product, 1,500 users,
                response groups and other applications, and exports of every format

The servers of both are embedded: nothing to install, nothing to break.";

/// Write a working organisation folder to start from.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder to write; it must be empty or not exist.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// What to start from.
    #[arg(long, value_name = "NAME", default_value = "first-steps")]
    template: String,
}

/// Answers the command.
pub fn answer(args: &Args) -> Answer {
    match write(args) {
        Ok(files) => {
            let folder = quoted(&args.dir.to_string_lossy());
            let files: Vec<&str> = files.iter().map(|file| file.path).collect();
            Answer::text(
                Exit::Completed,
                format!("Wrote {} to {folder}.", count(files.len(), "file")),
            )
            .with("files", files)
            .then(&Dir::new(&args.dir), &["sidle check", "sidle plan", "sidle run --rehearse"])
        }
        Err(finding) => Answer::error(*finding),
    }
}

fn write(args: &Args) -> Result<&'static [TemplateFile], Box<Finding>> {
    let Some(template) = template::named(&args.template) else {
        let message = format!("there is no template `{}`", args.template);
        let names = || template::TEMPLATES.iter().map(|template| template.name);
        let known = format!("there are {}", list(&names().collect::<Vec<_>>(), names().len()));
        let help = did_you_mean(&args.template, names(), &known);
        return Err(Finding::error(codes::CLI_UNKNOWN_TEMPLATE, message).help(help).into());
    };
    let unwritable = |path: &Path, error: &std::io::Error| {
        let message = format!("cannot write `{}`", path.display());
        Box::new(Finding::error(codes::CLI_UNWRITABLE, message).because(error.to_string()))
    };
    match fs::read_dir(&args.dir).map(|mut inside| inside.next().is_some()) {
        Ok(true) => {
            let message = format!("the folder `{}` is not empty", args.dir.display());
            let help = "name a folder that does not exist yet";
            return Err(Finding::error(codes::CLI_NOT_EMPTY, message).help(help).into());
        }
        Ok(false) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(&args.dir, &error)),
    }
    for file in template.files {
        let path = args.dir.join(file.path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, file.bytes))
            .map_err(|error| unwritable(&path, &error))?;
    }
    Ok(template.files)
}
