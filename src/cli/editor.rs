//! The line editor of `sidle repl`: prompts, colours, completion and history at a terminal.
//!
//! It knows reedline and the terminal; what a line means is asked of [`Reader`].

use crate::diagnostic::{Finding, codes};
use crate::repl::Reader;
use crate::script::console::{Class, words};
use nu_ansi_term::{Color, Style};
use reedline::{
    ColumnarMenu, Completer, CompletionResult, DefaultHinter, EditCommand, Emacs,
    FileBackedHistory, Highlighter, KeyCode, KeyModifiers, MenuBuilder, Prompt, PromptEditMode,
    PromptHistorySearch, PromptHistorySearchStatus, Reedline, ReedlineEvent, ReedlineMenu, Signal,
    Span, StyledText, Suggestion, ValidationResult, Validator, default_emacs_keybindings,
};
use std::borrow::Cow;
use std::path::PathBuf;

/// Lines that are kept.
const KEPT: usize = 1000;
const MENU: &str = "names";

/// Reads lines at a terminal.
pub struct Editor {
    editor: Reedline,
}

impl Editor {
    /// Prepares the terminal's line editor; a history that cannot be kept is left out.
    pub fn new(reader: Reader, colour: bool) -> Self {
        let menu = ColumnarMenu::default().with_name(MENU).with_columns(1);
        let mut keys = default_emacs_keybindings();
        let next = vec![ReedlineEvent::Menu(MENU.to_owned()), ReedlineEvent::MenuNext];
        keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, ReedlineEvent::UntilFound(next));
        keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
        let new_line = ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
        keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, new_line);
        let mut editor = Reedline::create()
            .with_validator(Box::new(Whole(reader.clone())))
            .with_completer(Box::new(Names(reader)))
            .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_quick_completions(true)
            .with_partial_completions(true)
            .use_bracketed_paste(true)
            .with_ansi_colors(colour);
        if colour {
            let hint = DefaultHinter::default().with_style(Style::new().fg(Color::DarkGray));
            editor = editor.with_highlighter(Box::new(Colours)).with_hinter(Box::new(hint));
        } else {
            editor = editor.with_highlighter(Box::new(NoColours));
        }
        let history = history().and_then(|path| FileBackedHistory::with_file(KEPT, path).ok());
        if let Some(history) = history {
            editor = editor.with_history(Box::new(history));
        }
        Self { editor }
    }

    /// Reads an input; `None` when the person leaves. Ctrl-C gives up what was typed.
    ///
    /// # Errors
    /// If the terminal cannot be used.
    pub fn read(&mut self) -> std::io::Result<Option<String>> {
        loop {
            match self.editor.read_line(&Sign) {
                Ok(Signal::Success(line)) => return Ok(Some(line)),
                Ok(Signal::CtrlC) => {}
                Ok(_) => return Ok(None),
                Err(error) => return Err(std::io::Error::other(error.to_string())),
            }
        }
    }
}

/// The finding of a stream or terminal that cannot be read.
pub fn unusable(error: &std::io::Error) -> Finding {
    Finding::error(codes::CLI_USAGE, "what is typed or piped in cannot be read")
        .because(error.to_string())
        .help("give UTF-8 text, or the expression itself: `sidle repl -e 'topology.users.len'`")
}

/// Where the lines are kept: never in the organisation's folder, which reading leaves as it is.
fn history() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let state = named("XDG_STATE_HOME").filter(|path| path.is_absolute());
    let state = state.or_else(|| Some(named("HOME")?.join(".local/state")))?;
    state.is_absolute().then(|| state.join("sidle/repl_history"))
}

struct Whole(Reader);

impl Validator for Whole {
    fn validate(&self, line: &str) -> ValidationResult {
        if self.0.is_unfinished(line) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}

struct Names(Reader);

impl Completer for Names {
    fn complete(&mut self, line: &str, at: usize) -> CompletionResult {
        let found = self.0.complete(line, at).into_iter().map(|one| Suggestion {
            value: one.value,
            description: Some(one.about).filter(|about| !about.is_empty()),
            span: Span::new(one.span.start, one.span.end),
            ..Suggestion::default()
        });
        CompletionResult::fresh(found.collect::<Vec<_>>())
    }
}

struct Colours;

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        let mut at = 0;
        if line.starts_with(':') {
            styled.push((Style::new().fg(Color::Cyan), line.to_owned()));
            return styled;
        }
        for word in words(line) {
            let plain = line.get(at..word.span.start).unwrap_or_default();
            styled.push((Style::new(), plain.to_owned()));
            let text = line.get(word.span.clone()).unwrap_or_default();
            styled.push((colour(word.class), text.to_owned()));
            at = word.span.end.max(at);
        }
        styled.push((Style::new(), line.get(at..).unwrap_or_default().to_owned()));
        styled
    }
}

struct NoColours;

impl Highlighter for NoColours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        styled.push((Style::new(), line.to_owned()));
        styled
    }
}

fn colour(class: Class) -> Style {
    match class {
        Class::Keyword => Style::new().fg(Color::Purple),
        Class::Form => Style::new().fg(Color::Purple).bold(),
        Class::Primitive => Style::new().fg(Color::Blue),
        Class::Text => Style::new().fg(Color::Green),
        Class::Number => Style::new().fg(Color::Cyan),
        Class::Comment => Style::new().fg(Color::DarkGray),
        Class::Wrong => Style::new().fg(Color::Red),
        Class::Name | Class::Sign => Style::new(),
    }
}

/// The prompt.
struct Sign;

impl Prompt for Sign {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed("sidle")
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("   ... ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing like ",
        };
        Cow::Owned(format!("({failing}{}) ", search.term))
    }
}
