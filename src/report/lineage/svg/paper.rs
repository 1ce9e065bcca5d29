//! The document that is drawn on: its elements, its style and its escaping.

use std::fmt::Write as _;

use crate::report::escape::inert;

/// A picture that grows element by element.
pub(super) struct Paper(String);

/// The letters and grounds. Every rule begins with the class of the picture, so that it touches nothing else in a page.
/// Paper is white, whatever the screen is.
pub(crate) const STYLE: &str = "\
.licentia-family{color-scheme:light dark}
.licentia-family text{font-family:ui-sans-serif,system-ui,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','DejaVu Sans',\
Verdana,Arial,sans-serif;font-size:12px;fill:#1f2328}
.licentia-family .paper{fill:#fff}
.licentia-family .head{font-size:18px;font-weight:600}
.licentia-family .name{font-size:13px;font-weight:600}
.licentia-family .label{font-size:11px;fill:#59636e}
.licentia-family .muted{fill:#59636e}
.licentia-family .card{fill:#f6f8fa;stroke:#d0d7de}
.licentia-family .target{stroke:#59636e;stroke-width:2}
.licentia-family .data{stroke-dasharray:6 4}
.licentia-family .unseen{stroke-dasharray:2 3;fill:none;stroke:#8c959f}
.licentia-family .line{fill:none;stroke:#8c959f;stroke-width:1.5}
.licentia-family .line.minded{stroke:#cf222e}
.licentia-family .line.circle{stroke:#9a6700;stroke-dasharray:1 4;stroke-linecap:round;stroke-width:2}
.licentia-family .tip{fill:#8c959f}
.licentia-family .tip.minded,.licentia-family .minded{fill:#cf222e}
.licentia-family .line.minded{fill:none}
.licentia-family .tip.circle{fill:#9a6700}
.licentia-family .glyph{fill:none;stroke:#fff;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.licentia-family .allow{fill:#1a7f37}
.licentia-family .review{fill:#9a6700}
.licentia-family .unknown{fill:#bc4c00}
.licentia-family .deny{fill:#cf222e}
.licentia-family .none{fill:#8c959f}
@media screen and (prefers-color-scheme:dark){
.licentia-family text{fill:#e6edf3}
.licentia-family .paper{fill:#0d1117}
.licentia-family .label,.licentia-family .muted{fill:#9198a1}
.licentia-family .card{fill:#161b22;stroke:#3d444d}
.licentia-family .target{stroke:#9198a1}
.licentia-family .unseen{fill:none;stroke:#656c76}
.licentia-family .line{stroke:#656c76}
.licentia-family .tip{fill:#656c76}
.licentia-family .line.minded{stroke:#f85149}
.licentia-family .tip.minded,.licentia-family .minded{fill:#f85149}
.licentia-family .line.minded{fill:none}
.licentia-family .line.circle{stroke:#d29922}
.licentia-family .tip.circle{fill:#d29922}
.licentia-family .glyph{stroke:#0d1117}
.licentia-family .allow{fill:#3fb950}
.licentia-family .review{fill:#d29922}
.licentia-family .unknown{fill:#f0883e}
.licentia-family .deny{fill:#f85149}
.licentia-family .none{fill:#656c76}
}
";

impl Paper {
    /// Paper for a picture that stands alone, or in a page that has [`STYLE`] in its own style.
    pub(super) fn new([width, height]: [i64; 2], title: &str, description: &str, is_in_page: bool) -> Self {
        let (title, description) = (escaped(title), escaped(description));
        let style = if is_in_page { String::new() } else { format!("<style>\n{STYLE}</style>\n") };
        Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"licentia-family\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"licentia-family-title licentia-family-description\">\n\
             <title id=\"licentia-family-title\">{title}</title>\n\
             <desc id=\"licentia-family-description\">{description}</desc>\n\
             {style}\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n"
        ))
    }

    /// A line of text whose left end stands there.
    pub(super) fn text(&mut self, class: &str, x: i64, y: i64, words: &str) {
        self.raw_text(class, x, y, &escaped(words));
    }

    /// The same for what is escaped already and may hold elements.
    pub(super) fn raw_text(&mut self, class: &str, x: i64, y: i64, words: &str) {
        let _ = writeln!(self.0, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
    }

    pub(super) fn path(&mut self, class: &str, path: &str) {
        let _ = writeln!(self.0, "<path class=\"{}\" d=\"{path}\"/>", class.trim());
    }

    /// A rectangle: left, top, width, height and the radius of its corners.
    pub(super) fn rectangle(&mut self, class: &str, [x, y, width, height, radius]: [i64; 5]) {
        let _ = writeln!(
            self.0,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
        );
    }

    pub(super) fn circle(&mut self, class: &str, x: i64, y: i64, radius: i64) {
        let _ = writeln!(self.0, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
    }

    /// Begins a group that says what it is.
    pub(super) fn begin(&mut self, title: &str) {
        let _ = writeln!(self.0, "<g><title>{}</title>", escaped(title));
    }

    pub(super) fn end(&mut self) {
        self.0.push_str("</g>\n");
    }

    pub(super) fn done(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// Text for the content of an element: nothing that ends it, and no character that XML 1.0 does not have.
pub(super) fn escaped(text: &str) -> String {
    let safe = inert(text);
    let mut written = String::with_capacity(safe.len());
    for character in safe.chars() {
        match character {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(written, "\\u{{{:x}}}", u32::from(character));
            }
            other => written.push(other),
        }
    }
    written
}
