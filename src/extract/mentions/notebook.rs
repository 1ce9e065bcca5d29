//! Notebooks: each cell of code is Python, or what its first line says; lines that begin with `!` or `%` are commands.

use std::ops::Range;

use super::page::Page;
use super::{Found, Notes, Project, code, lines, python};
use crate::extract::{File, Out, json};

/// What runs a whole cell as commands.
const SHELLS: [&str; 4] = ["%%bash", "%%sh", "%%script", "%%shell"];

/// One cell: its text, and where the parts of it stand in the file.
struct Cell {
    text: String,
    parts: Vec<(usize, Range<usize>)>,
}

/// What a notebook names.
pub(super) fn read(file: &File<'_>, project: &Project<'_>) -> Found {
    let mut out = Out::new("notebook", file.path);
    let mut cells = Vec::new();
    json::object(file, &mut out, |root, out| {
        for cell in root.last(out, "cells").iter().flat_map(|cells| cells.items(out)).collect::<Vec<_>>() {
            let is_code = cell.last(out, "cell_type").is_some_and(|kind| kind.as_str().as_deref() == Some("code"));
            if let Some(source) = cell.last(out, "source").filter(|_| is_code) {
                let parts = if source.is_list() { source.items(out) } else { vec![source] };
                let mut cell = Cell { text: String::new(), parts: Vec::new() };
                for part in parts {
                    cell.parts.push((cell.text.len(), part.bytes()));
                    cell.text.push_str(&part.as_str().unwrap_or_default());
                }
                cells.push(cell);
            }
        }
    });
    let mut found = Found { gaps: out.gaps, ..Found::default() };
    let Some(text) = file.text() else { return found };
    let whole = Page::new(&text);
    for cell in cells {
        let parts = cell.parts.iter().map(|(start, range)| (*start, whole.span(range))).collect();
        let commands = commands_of(&cell.text);
        let page = Page::of_parts(&cell.text, parts);
        let mut notes = Notes::new(&page, file.path, project);
        if commands.len() < cell.text.len() || !commands.trim().is_empty() {
            // The same length as the cell, so that places agree.
            let page_of_commands = Page::of_parts(&commands, page.parts().to_vec());
            let mut notes = Notes::new(&page_of_commands, file.path, project);
            lines::read(&mut notes, "notebook");
            found.absorb(notes.into_found());
        }
        if !SHELLS.iter().any(|shell| cell.text.trim_start().starts_with(shell)) {
            code::read(&mut notes, &python::PYTHON);
            found.absorb(notes.into_found());
        }
    }
    found
}

/// The lines of a cell that are commands; the others are blank, and the marks of a command are blanks.
fn commands_of(cell: &str) -> String {
    let is_shell = SHELLS.iter().any(|shell| cell.trim_start().starts_with(shell));
    let mut commands = String::with_capacity(cell.len());
    for line in cell.split_inclusive('\n') {
        let body = line.trim_start();
        let mark = body.chars().next().filter(|mark| matches!(mark, '!' | '%'));
        match mark {
            Some(_) => {
                commands.push_str(line.get(..line.len() - body.len()).unwrap_or_default());
                commands.push(' ');
                commands.push_str(body.get(1..).unwrap_or_default());
            }
            None if is_shell => commands.push_str(line),
            None => commands.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn cells_of_code_are_python_and_commands() {
        let text = r##"{
 "cells": [
  {"cell_type": "markdown", "source": ["T.from_pretrained('org/no')"]},
  {
   "cell_type": "code",
   "source": [
    "!hf download org/a\n",
    "# T.from_pretrained('org/no')\n",
    "m = T.from_pretrained(\n",
    "    \"org/b\",\n",
    "    revision=\"v1\")\n"
   ]
  },
  {"cell_type": "code", "source": "%%bash\nollama pull llama3"},
  {"cell_type": "code", "source": "%env MODEL_ID=org/c", "outputs": [{"text": "model: org/no"}]}
 ]
}"##;
        let is = ["7 hf:org/a", "10 hf:org/b@v1", "14 ollama:llama3", "15 hf:org/c"];
        assert_eq!(lines("a.ipynb", text), is);
    }

    #[test]
    fn what_is_no_notebook_is_a_gap() {
        assert_eq!(lines("a.ipynb", "{\"cells\": ["), ["gap malformed"]);
    }
}
