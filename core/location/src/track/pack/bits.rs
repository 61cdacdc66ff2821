//! Bit streams and Rice coding.

use super::TrackPackError;

/// A bit stream under construction, most significant bit first.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    free: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `bits`.
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

    /// The bytes, the last one padded with zeros.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// A reader of a bit stream, most significant bit first.
#[derive(Debug)]
pub(super) struct BitReader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> BitReader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> BitReader<'b> {
        BitReader { bytes, at: 0 }
    }

    /// Reads the next `count` bits.
    pub(super) fn bits(&mut self, count: u32) -> Result<u64, TrackPackError> {
        let mut bits = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8).ok_or(TrackPackError)?;
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

/// Length of the run of ones that announces a number in full.
const ESCAPE: u32 = 20;

/// An adaptive Rice coder of a column of numbers around 0: its parameter follows the mean size of the numbers before.
#[derive(Debug, Default)]
pub(super) struct RiceCoder {
    /// Sixteen times the moving mean of the sizes.
    mean16: u64,
}

impl RiceCoder {
    /// The Rice parameter: the number of bits written as they are.
    fn rice_parameter(&self) -> u32 {
        (self.mean16 / 16)
            .checked_ilog2()
            .map_or(0, |bits| (bits + 1).min(48))
    }

    fn update(&mut self, zigzag: u64) {
        // An outlier changes the mean little.
        let size = zigzag.min(self.mean16.max(16)).min(1 << 40);
        self.mean16 = self.mean16 - self.mean16 / 16 + size.min(1 << 40);
    }

    pub(super) fn write(&mut self, writer: &mut BitWriter, number: i64) {
        let zigzag = ((number << 1) ^ (number >> 63)).cast_unsigned();
        let plain = self.rice_parameter();
        let ones = zigzag >> plain;
        if ones < u64::from(ESCAPE) {
            for _ in 0..ones {
                writer.bits(1, 1);
            }
            writer.bits(0, 1);
            writer.bits(zigzag, plain);
        } else {
            writer.bits(u64::MAX, ESCAPE);
            writer.bits(zigzag, 64);
        }
        self.update(zigzag);
    }

    pub(super) fn read(&mut self, reader: &mut BitReader<'_>) -> Result<i64, TrackPackError> {
        let plain = self.rice_parameter();
        let mut ones = 0;
        while ones < ESCAPE && reader.bits(1)? == 1 {
            ones += 1;
        }
        let zigzag = if ones < ESCAPE {
            u64::from(ones) << plain | reader.bits(plain)?
        } else {
            reader.bits(64)?
        };
        self.update(zigzag);
        Ok((zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed()))
    }
}
