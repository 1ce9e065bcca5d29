//! Puts an answer on a connection, byte by byte where it has to be.

use std::io::{self, Write};
use std::net::TcpStream;

use crate::log::Journal;
use crate::request::{self, Request};
use crate::response::{Chunks, Ending, Response, reason};
use crate::stop::Stop;

/// Bytes written at a time.
const PIECE: usize = 64 * 1024;

/// Sends what was answered to a request of which the last byte is still unread. Returns whether the connection can
/// carry another one.
pub(crate) fn send(
    stream: &mut TcpStream,
    request: &Request,
    response: &Response,
    stop: &Stop,
    record: (&Journal, usize),
) -> io::Result<bool> {
    let (journal, number) = record;
    let delivery = &response.delivery;
    if let Some(time) = delivery.stall
        && stop.wait(time)
    {
        return Ok(false);
    }
    if let Some(ending) = delivery.before_head {
        return end(stream, ending);
    }
    for status in &delivery.informational {
        stream.write_all(format!("HTTP/1.1 {status} {}\r\n\r\n", reason(*status)).as_bytes())?;
    }
    if let Some(raw) = &delivery.raw {
        journal.sends(number, raw.len());
        stream.write_all(raw)?;
        return end(stream, Ending::Close);
    }
    journal.answered(number, response.status);
    stream.write_all(&response.head())?;
    if request.method != "HEAD"
        && let Some(ending) = body(stream, response, stop, record)?
    {
        return end(stream, ending);
    }
    if response.ends_connection() || request.wants_close() {
        return end(stream, Ending::Close);
    }
    request::finish(stream)?;
    Ok(true)
}

/// Leaves the last byte of the request unread for a reset, and takes it for an orderly end.
fn end(stream: &mut TcpStream, ending: Ending) -> io::Result<bool> {
    if ending == Ending::Close {
        request::finish(stream)?;
    }
    Ok(false)
}

fn body(
    stream: &mut TcpStream,
    response: &Response,
    stop: &Stop,
    (journal, number): (&Journal, usize),
) -> io::Result<Option<Ending>> {
    let delivery = &response.delivery;
    let limit = delivery.after_bytes.map_or(u64::MAX, |(bytes, _)| bytes);
    let mut buffer = vec![0; delivery.drip.map_or(PIECE, |(bytes, _)| bytes.clamp(1, PIECE))];
    let mut offset = 0;
    let mut pieces = 0;
    while offset < limit {
        let wanted = usize::try_from(limit - offset).unwrap_or(usize::MAX).min(buffer.len());
        let count = response.body.read_at(offset, &mut buffer[..wanted]);
        if count == 0 {
            break;
        }
        journal.sends(number, count);
        match delivery.chunks {
            None => stream.write_all(&buffer[..count])?,
            Some(chunks) => {
                // Two chunks at least where there are two bytes, so that there is a second one to break.
                let (first, second) = buffer[..count].split_at(count.div_ceil(2));
                for part in [first, second].into_iter().filter(|part| !part.is_empty()) {
                    if chunks == Chunks::BrokenSize && pieces > 0 {
                        stream.write_all(b"many\r\n")?;
                        return Ok(Some(Ending::Close));
                    }
                    stream.write_all(&[format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat())?;
                    pieces += 1;
                }
            }
        }
        offset += count as u64;
        if let Some((_, pause)) = delivery.drip
            && stop.wait(pause)
        {
            return Ok(Some(Ending::Reset));
        }
    }
    if let Some((_, ending)) = delivery.after_bytes {
        return Ok(Some(ending));
    }
    match delivery.chunks {
        Some(Chunks::Valid) => stream.write_all(b"0\r\n\r\n")?,
        Some(Chunks::Unfinished | Chunks::BrokenSize) => return Ok(Some(Ending::Close)),
        None => {}
    }
    Ok(None)
}
