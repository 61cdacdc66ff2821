//! Packed tracks: a block of fixes in time order, in which each number is stored as its difference from a prediction.
//!
//! Times and the marks (mock, start of a segment) are exact. The rest is stored to what a phone can know: the position to a millionth of a
//! degree (6 cm), accuracy to 3 %, speed to an eighth of a metre a second, bearing to two and a half degrees, altitude
//! to half a metre, GNSS time to 50 ms. Evidence that must be exact to the bit is stored elsewhere, with the visit.
//!
//! A block is self-contained, states its number of fixes and ends with a checksum (CRC-32): garbage is refused,
//! whatever it claims, and so is a block of a damaged file in which a bit has flipped.

mod bits;

use bits::{BitReader, BitWriter, RiceCoder};

use super::fix::TrackFix;
use crate::Position;

/// Largest number of fixes in a block.
pub const BLOCK_MAX: usize = 1_024;
/// First byte of a block: the version of its format.
const FORMAT: u8 = 2;
/// First byte of a block of earlier versions: the same format without a checksum.
const FORMAT_WITHOUT_CHECKSUM: u8 = 1;
/// Length of the checksum at the end, bytes.
const CHECKSUM_BYTES: usize = 4;

/// The block is truncated, damaged or of an unknown format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the packed track is damaged")]
pub struct TrackPackError;

/// A fix in whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct QuantizedFix {
    at_ms: i64,
    lat: i64,
    lon: i64,
    /// Flags of the numbers below that are present, of a mock position and of the start of a segment.
    known: u8,
    accuracy: i64,
    speed: i64,
    bearing: i64,
    altitude: i64,
    monotonic: i64,
    gps: i64,
}

const ACCURACY: u8 = 1;
const SPEED: u8 = 2;
const BEARING: u8 = 4;
const ALTITUDE: u8 = 8;
const MONOTONIC: u8 = 16;
const GPS: u8 = 32;
const MOCK: u8 = 64;
const SEGMENT_START: u8 = 128;

/// Packs `fixes`, which are in time order; of more than [`BLOCK_MAX`] only the first ones.
///
/// ```
/// use fieldbook_location::{Position, track::{TrackFix, pack, unpack}};
/// let fix = |s: i64| TrackFix::new(s * 1_000, Position::new(52.6, 1.3).expect("on the earth"));
/// let day: Vec<TrackFix> = (0..600).map(fix).collect();
/// let packed = pack(&day);
/// assert!(packed.len() < 600);
/// assert_eq!(unpack(&packed)?, day);
/// # Ok::<(), fieldbook_location::track::TrackPackError>(())
/// ```
pub fn pack(fixes: &[TrackFix]) -> Vec<u8> {
    let fixes = &fixes[..fixes.len().min(BLOCK_MAX)];
    let mut writer = BitWriter::default();
    writer.bits(u64::from(FORMAT), 8);
    writer.bits(fixes.len() as u64, 16);
    let mut predictor = Predictor::default();
    for fix in fixes {
        predictor.write(&mut writer, &QuantizedFix::from_fix(fix));
    }
    let mut block = writer.finish();
    let sum = crc32fast::hash(&block);
    block.extend_from_slice(&sum.to_le_bytes());
    block
}

/// Unpacks a block.
///
/// # Errors
/// [`TrackPackError`] for anything that is not the output of [`pack`], of this version or of one before the checksum.
pub fn unpack(block: &[u8]) -> Result<Vec<TrackFix>, TrackPackError> {
    let block = match block.first() {
        Some(&FORMAT) => verified_payload(block)?,
        Some(&FORMAT_WITHOUT_CHECKSUM) => block,
        _ => return Err(TrackPackError),
    };
    let mut reader = BitReader::new(block);
    reader.bits(8)?;
    let count = usize::try_from(reader.bits(16)?).map_err(|_| TrackPackError)?;
    // A fix takes at least six bits: a count beyond the length of the block is refused before memory is allocated.
    if count > BLOCK_MAX || count > block.len() * 2 {
        return Err(TrackPackError);
    }
    let mut predictor = Predictor::default();
    let mut fixes = Vec::with_capacity(count);
    for _ in 0..count {
        fixes.push(predictor.read(&mut reader)?.to_fix()?);
    }
    // A block of the first form whose first byte is an accident has a checksum left.
    if reader.is_at_end() {
        Ok(fixes)
    } else {
        Err(TrackPackError)
    }
}

/// The block without its checksum, after verification of the checksum.
fn verified_payload(block: &[u8]) -> Result<&[u8], TrackPackError> {
    let (block, sum) = block.split_last_chunk::<CHECKSUM_BYTES>().ok_or(TrackPackError)?;
    if crc32fast::hash(block) == u32::from_le_bytes(*sum) {
        Ok(block)
    } else {
        Err(TrackPackError)
    }
}

impl QuantizedFix {
    fn from_fix(fix: &TrackFix) -> QuantizedFix {
        let mut quantized = QuantizedFix {
            at_ms: fix.at_ms(),
            lat: nearest(fix.position().lat() * 1e6),
            lon: nearest(fix.position().lon() * 1e6),
            ..QuantizedFix::default()
        };
        let mut quantize = |flag: u8, number: Option<f64>| {
            quantized.known |= if number.is_some() { flag } else { 0 };
            nearest(number.unwrap_or(0.0))
        };
        let accuracy = quantize(
            ACCURACY,
            fix.accuracy_m().map(|accuracy| accuracy.max(1e-3).ln() * 16.0),
        );
        let speed = quantize(SPEED, fix.speed_mps().map(|speed| speed * 4.0));
        let bearing = quantize(BEARING, fix.bearing_deg().map(|bearing| bearing / 5.0));
        let altitude = quantize(ALTITUDE, fix.altitude_m());
        let offset = |other: Option<i64>| other.map(|other| other.wrapping_sub(fix.at_ms()));
        let (monotonic, gps) = (offset(fix.monotonic_ms()), offset(fix.gps_at_ms()));
        quantized.known |= if monotonic.is_some() { MONOTONIC } else { 0 };
        quantized.known |= if gps.is_some() { GPS } else { 0 };
        quantized.known |= if fix.mock() { MOCK } else { 0 };
        quantized.known |= if fix.starts_segment() { SEGMENT_START } else { 0 };
        QuantizedFix {
            accuracy,
            speed,
            bearing,
            altitude,
            monotonic: monotonic.unwrap_or(0),
            gps: gps.unwrap_or(0).div_euclid(100),
            ..quantized
        }
    }

    fn to_fix(self) -> Result<TrackFix, TrackPackError> {
        let position =
            Position::new(to_f64(self.lat) / 1e6, to_f64(self.lon) / 1e6).map_err(|_| TrackPackError)?;
        let known = |flag| self.known & flag != 0;
        let mut fix = TrackFix::new(self.at_ms, position)
            .with_mock(known(MOCK))
            .with_segment_start(known(SEGMENT_START));
        if known(ACCURACY) {
            fix = fix.with_accuracy((to_f64(self.accuracy) / 16.0).min(20.0).exp());
        }
        if known(SPEED) {
            fix = fix.with_speed(to_f64(self.speed) / 4.0);
        }
        if known(BEARING) {
            fix = fix.with_bearing(to_f64(self.bearing) * 5.0);
        }
        if known(ALTITUDE) {
            fix = fix.with_altitude(to_f64(self.altitude));
        }
        if known(MONOTONIC) {
            fix = fix.with_monotonic(self.at_ms.wrapping_add(self.monotonic));
        }
        if known(GPS) {
            fix = fix.with_gps_time(self.at_ms.wrapping_add(self.gps.wrapping_mul(100)));
        }
        Ok(fix)
    }
}

/// The prediction of the next fix, with a coder for each column of its errors.
#[derive(Debug, Default)]
struct Predictor {
    last: QuantizedFix,
    /// The predicted step of time, latitude and longitude.
    step: (i64, i64, i64),
    time: RiceCoder,
    place: (RiceCoder, RiceCoder),
    accuracy: RiceCoder,
    speed: RiceCoder,
    bearing: RiceCoder,
    altitude: RiceCoder,
    monotonic: RiceCoder,
    gps: RiceCoder,
}

impl Predictor {
    fn write(&mut self, writer: &mut BitWriter, quantized: &QuantizedFix) {
        writer.bits(u64::from(quantized.known != self.last.known), 1);
        if quantized.known != self.last.known {
            writer.bits(u64::from(quantized.known), 8);
        }
        let (last, step) = (self.last, self.step_to(quantized));
        self.time.write(writer, step.0.wrapping_sub(self.step.0));
        self.place.0.write(writer, step.1.wrapping_sub(self.step.1));
        self.place.1.write(writer, step.2.wrapping_sub(self.step.2));
        for (flag, coder, value, before) in self.optional_columns(quantized, &last) {
            if quantized.known & flag != 0 {
                coder.write(writer, value.wrapping_sub(before));
            }
        }
        self.advance(*quantized, step);
    }

    fn read(&mut self, reader: &mut BitReader<'_>) -> Result<QuantizedFix, TrackPackError> {
        let mut quantized = self.last;
        if reader.bits(1)? == 1 {
            quantized.known = u8::try_from(reader.bits(8)?).map_err(|_| TrackPackError)?;
        }
        let step = (
            self.step.0.wrapping_add(self.time.read(reader)?),
            self.step.1.wrapping_add(self.place.0.read(reader)?),
            self.step.2.wrapping_add(self.place.1.read(reader)?),
        );
        quantized.at_ms = quantized.at_ms.wrapping_add(step.0);
        quantized.lat = quantized.lat.wrapping_add(step.1);
        quantized.lon = quantized.lon.wrapping_add(step.2);
        for (flag, coder, value) in [
            (ACCURACY, &mut self.accuracy, &mut quantized.accuracy),
            (SPEED, &mut self.speed, &mut quantized.speed),
            (BEARING, &mut self.bearing, &mut quantized.bearing),
            (ALTITUDE, &mut self.altitude, &mut quantized.altitude),
            (MONOTONIC, &mut self.monotonic, &mut quantized.monotonic),
            (GPS, &mut self.gps, &mut quantized.gps),
        ] {
            if quantized.known & flag != 0 {
                *value = value.wrapping_add(coder.read(reader)?);
            }
        }
        self.advance(quantized, step);
        Ok(quantized)
    }

    fn step_to(&self, quantized: &QuantizedFix) -> (i64, i64, i64) {
        (
            quantized.at_ms.wrapping_sub(self.last.at_ms),
            quantized.lat.wrapping_sub(self.last.lat),
            quantized.lon.wrapping_sub(self.last.lon),
        )
    }

    /// The optional columns: flag, coder, value and value before.
    fn optional_columns(
        &mut self,
        quantized: &QuantizedFix,
        last: &QuantizedFix,
    ) -> [(u8, &mut RiceCoder, i64, i64); 6] {
        [
            (ACCURACY, &mut self.accuracy, quantized.accuracy, last.accuracy),
            (SPEED, &mut self.speed, quantized.speed, last.speed),
            (BEARING, &mut self.bearing, quantized.bearing, last.bearing),
            (ALTITUDE, &mut self.altitude, quantized.altitude, last.altitude),
            (
                MONOTONIC,
                &mut self.monotonic,
                quantized.monotonic,
                last.monotonic,
            ),
            (GPS, &mut self.gps, quantized.gps, last.gps),
        ]
    }

    /// Predicts the same step again, three quarters of it in position, because errors do not persist.
    fn advance(&mut self, quantized: QuantizedFix, step: (i64, i64, i64)) {
        let mut quantized = quantized;
        for (flag, value, before) in [
            (ACCURACY, &mut quantized.accuracy, self.last.accuracy),
            (SPEED, &mut quantized.speed, self.last.speed),
            (BEARING, &mut quantized.bearing, self.last.bearing),
            (ALTITUDE, &mut quantized.altitude, self.last.altitude),
            (MONOTONIC, &mut quantized.monotonic, self.last.monotonic),
            (GPS, &mut quantized.gps, self.last.gps),
        ] {
            if quantized.known & flag == 0 {
                *value = before;
            }
        }
        self.last = quantized;
        self.step = (step.0, step.1 / 4 * 3, step.2 / 4 * 3);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rounded, and saturating for what no phone says"
)]
fn nearest(number: f64) -> i64 {
    number.round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "quantized numbers of a phone's size")]
fn to_f64(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests;
