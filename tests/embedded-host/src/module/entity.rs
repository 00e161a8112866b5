//! A row of the table `entity`, which `kitchen` and `particles` have alike.

use crate::bsatn::{Reader, Writer};

pub struct Entity {
    pub id: u64,
    pub zone: u32,
    pub position: [f32; 3],
    pub hp: i32,
}

impl Entity {
    pub fn read(row: &[u8]) -> Result<Self, String> {
        let mut r = Reader::new(row);
        let (id, zone, position) = (r.u64()?, r.u32()?, [r.f32()?, r.f32()?, r.f32()?]);
        Ok(Self { id, zone, position, hp: r.u32()? as i32 })
    }

    pub fn row(&self) -> Vec<u8> {
        let w = Writer::new().u64(self.id).u32(self.zone);
        self.position.iter().fold(w, |w, &v| w.f32(v)).u32(self.hp as u32).finish()
    }
}
