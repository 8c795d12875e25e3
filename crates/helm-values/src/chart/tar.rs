//! A tar, unpacked ─▶ its members as Go's `archive/tar` finds them, which is
//! what Helm reads charts with.
//!
//! No other reader agrees with it about all that an archive may hold: names in
//! PAX records, folders with data, sparse files, an end without its padding.
//! Which members Helm takes, and as what, is the room above to say.

mod header;
mod pax;
mod sparse;

use header::Header;
use pax::Pax;
use sparse::Regions;
use std::io::{self, ErrorKind, Read};

/// All of a tar stands in blocks of this size.
const BLOCK: usize = 512;
/// The largest PAX header, long name or sparse map.
const LARGEST_SPECIAL: usize = 1 << 20;

type Block = [u8; BLOCK];

/// What an archive holds under one name.
#[derive(Debug)]
pub(super) struct Member {
    /// Of bytes that are not text each is U+FFFD.
    pub(super) name: String,
    pub(super) is_folder: bool,
    /// It only says something about all that follow.
    pub(super) is_global: bool,
    /// As the header says it.
    pub(super) size: i64,
    /// Links, devices and pipes have none, whatever their size says.
    pub(super) has_data: bool,
}

/// Reads one member after the other.
pub(super) struct Tar<R> {
    inner: R,
    /// What of the current member was not read yet.
    unread: u64,
    padding: usize,
    /// Where the current member's data belongs, if it is a sparse file.
    regions: Option<Regions>,
}

fn broken() -> io::Error {
    ErrorKind::InvalidData.into()
}

/// Fills as much as there is.
fn fill(mut from: impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while at < buffer.len() {
        match from.read(&mut buffer[at..]) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Go counts what was read before it asks what went wrong.
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

impl<R: Read> Tar<R> {
    pub(super) fn new(inner: R) -> Self {
        Tar { inner, unread: 0, padding: 0, regions: None }
    }

    /// The next member; none at the end.
    ///
    /// # Errors
    /// Helm finds the archive broken, too.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let (mut pax, mut long_name) = (Pax::default(), Vec::new());
        loop {
            if !self.skip()? {
                return Ok(None);
            }
            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::parse(&block)?;
            self.enter(&header)?;
            match header.kind {
                b'x' => pax = Pax::parse(&self.special()?)?,
                b'g' => {
                    Pax::parse(&self.special()?)?;
                    return Ok(Some(Member {
                        name: String::new(),
                        is_folder: false,
                        is_global: true,
                        size: 0,
                        has_data: false,
                    }));
                }
                b'L' => long_name = header::text(&self.special()?).to_vec(),
                b'K' => drop(self.special()?),
                _ => return self.member(header, &block, &pax, long_name).map(Some),
            }
        }
    }

    /// What the current member holds: as many bytes as it has, which its size bounds.
    pub(super) fn content(&mut self) -> io::Result<Vec<u8>> {
        let data = self.rest()?;
        match self.regions.take() {
            None => Ok(data),
            Some(regions) => regions.spread(&data),
        }
    }

    fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut data = Vec::new();
        (&mut self.inner).take(self.unread).read_to_end(&mut data)?;
        if data.len() as u64 != self.unread {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.unread = 0;
        Ok(data)
    }

    /// Of a sparse file Helm reads all, and refuses one whose data does not fit.
    pub(super) fn check_content(&mut self) -> io::Result<()> {
        match self.regions.take() {
            None => Ok(()),
            Some(regions) if regions.fits(self.unread) => Ok(()),
            Some(_) => Err(broken()),
        }
    }

    /// Passes over what is left of the member; false where the archive ends in its padding.
    fn skip(&mut self) -> io::Result<bool> {
        self.regions = None;
        let skipped = io::copy(&mut (&mut self.inner).take(self.unread), &mut io::sink())?;
        if skipped != self.unread {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let mut block = [0; BLOCK];
        let padding = std::mem::take(&mut self.padding);
        self.unread = 0;
        Ok(fill(&mut self.inner, &mut block[..padding])? == padding)
    }

    /// The block of the next header; none at the end, which is two blocks of zeros,
    /// one and nothing more, or nothing more.
    fn header(&mut self) -> io::Result<Option<Block>> {
        for is_first in [true, false] {
            let mut block = [0; BLOCK];
            let is_zero = match fill(&mut self.inner, &mut block)? {
                0 => return Ok(None),
                BLOCK => block == [0; BLOCK],
                _ => return Err(ErrorKind::UnexpectedEof.into()),
            };
            match (is_first, is_zero) {
                (true, false) => return Ok(Some(block)),
                (true, true) => {}
                (false, true) => return Ok(None),
                (false, false) => return Err(broken()),
            }
        }
        Ok(None)
    }

    /// What follows the header is the member's data.
    fn enter(&mut self, header: &Header) -> io::Result<()> {
        let size = if header.is_header_only() { 0 } else { header.size };
        self.unread = u64::try_from(size).map_err(|_| broken())?;
        self.padding = usize::try_from(self.unread.wrapping_neg() % BLOCK as u64).expect("less than a block");
        Ok(())
    }

    /// The data of a member that is about the next.
    fn special(&mut self) -> io::Result<Vec<u8>> {
        if self.unread > LARGEST_SPECIAL as u64 {
            return Err(broken());
        }
        self.rest()
    }

    fn member(
        &mut self,
        mut header: Header,
        block: &Block,
        pax: &Pax,
        long_name: Vec<u8>,
    ) -> io::Result<Member> {
        pax.merge(&mut header)?;
        if !long_name.is_empty() {
            header.name = long_name;
        }
        if header.kind == 0 {
            header.kind = if header.name.ends_with(b"/") { b'5' } else { b'0' };
        }
        self.enter(&header)?;
        self.regions = if header.kind == b'S' {
            Some(sparse::in_header(&mut header, *block, &mut self.inner)?)
        } else {
            sparse::in_pax(&mut header, pax, || self.map_block())?
        };
        if let Some(regions) = &mut self.regions {
            regions.check(header.size, header.is_header_only())?;
        }
        Ok(Member {
            name: String::from_utf8_lossy(&header.name).into_owned(),
            is_folder: header.is_folder(),
            is_global: false,
            size: header.size,
            has_data: !header.is_header_only(),
        })
    }

    /// One block of the sparse map that stands before the data.
    fn map_block(&mut self) -> io::Result<Block> {
        let mut block = [0; BLOCK];
        if self.unread < BLOCK as u64 || fill(&mut self.inner, &mut block)? != BLOCK {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.unread -= BLOCK as u64;
        Ok(block)
    }
}
