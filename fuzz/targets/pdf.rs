//! Any bytes as a PDF, as the objects of one, as what a page paints, and as a packed stream.
#![no_main]

const HEAD: &[u8] = b"%PDF-1.7\n1 0 obj <</Pages 2 0 R>> endobj 2 0 obj <</Kids[3 0 R]>> endobj trailer <</Root 1 0 R>>\n\
    3 0 obj <</Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X 4 0 R>>>>>> endobj 5 0 obj <</Subtype/Type0/ToUnicode \
    4 0 R>> endobj 4 0 obj ";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    licentia_fuzz::read("LICENSE.pdf", &[b"%PDF-", data].concat());
    licentia_fuzz::read("LICENSE.pdf", &[HEAD, data].concat());
    for filter in ["", "/Filter/Fl/DecodeParms<</Predictor 12/Columns 3>>", "/Filter[/A85/LZW]", "/Filter/RL"] {
        let stream = [format!("<<{filter}>> stream\n").as_bytes(), data, b"\nendstream"].concat();
        licentia_fuzz::read("LICENSE.pdf", &[HEAD, &stream].concat());
    }
    let packed = [b"<</Type/ObjStm/N 9/First 20>> stream\n", data, b"\nendstream"].concat();
    licentia_fuzz::read("LICENSE.pdf", &[HEAD, &packed].concat());
});
