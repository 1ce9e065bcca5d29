//! Modelfiles of Ollama: `FROM`, `ADAPTER` and `DRAFT` name what a model is made of
//! (<https://docs.ollama.com/modelfile>).

use super::notes::Notes;

/// Notes what a Modelfile names.
pub(super) fn read(notes: &mut Notes<'_>) {
    notes.by("modelfile");
    let mut is_block = false;
    let mut start = 0;
    for line in notes.page.text.split_inclusive('\n') {
        let begin = start;
        start += line.len();
        let was_block = is_block;
        // A text of several lines (`SYSTEM """…"""`) ends with the next three quotes.
        is_block ^= line.matches("\"\"\"").count() % 2 == 1;
        let body = line.trim();
        let Some((instruction, words)) = body.split_once(char::is_whitespace).filter(|_| !was_block) else { continue };
        let name = ["from", "adapter", "draft"].into_iter().find(|name| instruction.eq_ignore_ascii_case(name));
        let Some(name) = name else { continue };
        let words = words.trim();
        let at = begin + line.rfind(words).unwrap_or(0);
        let inner = words.trim_matches('"');
        notes.ollama((inner, at..at + words.len()), name);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::mentions::testing::lines;

    #[test]
    fn a_modelfile_names_what_it_is_made_of() {
        let text =
            "# FROM no\nFROM llama3:8b\nADAPTER ./lora.gguf\nSYSTEM \"\"\"\nFROM no\n\"\"\"\nDRAFT hf.co/org/name:Q4\n";
        assert_eq!(lines("Modelfile", text), ["2 ollama:llama3:8b", "7 hf:org/name", "3 Path"]);
        assert_eq!(lines("chat.modelfile", "from \"llama3\"\r\n"), ["1 ollama:llama3"]);
        assert_eq!(lines("Modelfile", "FROM https://huggingface.co/org/name"), ["1 hf:org/name"]);
    }
}
