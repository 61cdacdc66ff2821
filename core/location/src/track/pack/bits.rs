//! Bits one after the other, and whole numbers in as few of them as their usual size needs.

use super::PackError;

/// Writes bits, the highest first.
#[derive(Debug, Default)]
pub(super) struct Pen {
    bytes: Vec<u8>,
    free: u32,
}

impl Pen {
    /// The lowest `count` bits of `bits`.
    pub(super) fn bits(&mut self, bits: u64, count: u32) {
        for at in (0..count).rev() {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            self.free -= 1;
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(bits >> at & 1 == 1) << self.free;
            }
        }
    }

    /// All bytes, the last filled up with nothing.
    pub(super) fn done(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads bits.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { bytes, at: 0 }
    }

    /// The next `count` bits.
    pub(super) fn bits(&mut self, count: u32) -> Result<u64, PackError> {
        let mut bits = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or(PackError)?;
            bits = bits << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Ok(bits)
    }

    /// Whether every byte has been begun: what is left of the last one fills it up.
    pub(super) fn is_at_end(&self) -> bool {
        self.at.div_ceil(8) == self.bytes.len()
    }
}

/// So many ones say that a number follows in full.
const IN_FULL: u32 = 20;

/// A column of numbers around 0 (Rice coding, whose parameter follows the usual size of what came before).
#[derive(Debug, Default)]
pub(super) struct Riddle {
    /// Sixteen times the usual size.
    usual: u64,
}

impl Riddle {
    /// How many bits are written as they are.
    fn plain_bits(&self) -> u32 {
        (self.usual / 16)
            .checked_ilog2()
            .map_or(0, |bits| (bits + 1).min(48))
    }

    fn learn(&mut self, folded: u64) {
        // A number out of all proportion teaches little.
        let size = folded.min(self.usual.max(16)).min(1 << 40);
        self.usual = self.usual - self.usual / 16 + size.min(1 << 40);
    }

    pub(super) fn write(&mut self, pen: &mut Pen, number: i64) {
        let folded = ((number << 1) ^ (number >> 63)).cast_unsigned();
        let plain = self.plain_bits();
        let ones = folded >> plain;
        if ones < u64::from(IN_FULL) {
            for _ in 0..ones {
                pen.bits(1, 1);
            }
            pen.bits(0, 1);
            pen.bits(folded, plain);
        } else {
            pen.bits(u64::MAX, IN_FULL);
            pen.bits(folded, 64);
        }
        self.learn(folded);
    }

    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<i64, PackError> {
        let plain = self.plain_bits();
        let mut ones = 0;
        while ones < IN_FULL && reader.bits(1)? == 1 {
            ones += 1;
        }
        let folded = if ones < IN_FULL {
            u64::from(ones) << plain | reader.bits(plain)?
        } else {
            reader.bits(64)?
        };
        self.learn(folded);
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }
}
