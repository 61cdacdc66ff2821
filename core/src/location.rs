//! stand-in
#![allow(missing_docs)]
use serde::{Deserialize, Serialize};
use std::str::FromStr;
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    lat: f64,
    lon: f64,
}
impl Position {
    pub fn lat(&self) -> f64 {
        self.lat
    }
    pub fn lon(&self) -> f64 {
        self.lon
    }
}
impl FromStr for Position {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let (a, b) = s.split_once(',').ok_or(())?;
        let p = Position {
            lat: a.trim().parse().map_err(|_| ())?,
            lon: b.trim().parse().map_err(|_| ())?,
        };
        if p.lat.abs() <= 90.0 && p.lon.abs() <= 180.0 {
            Ok(p)
        } else {
            Err(())
        }
    }
}
impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.7},{:.7}", self.lat, self.lon)
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Fence(String);
impl FromStr for Fence {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Ok(Fence(s.to_owned()))
    }
}
impl std::fmt::Display for Fence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub verdict: String,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawFix {
    pub lat: f64,
}
