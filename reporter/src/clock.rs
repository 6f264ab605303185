// SPDX-License-Identifier: Apache-2.0

//! The system's clock.

use crate::app::ports::Clock;
use async_trait::async_trait;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> u64 {
        // Before 1970 or after the year 584,000,000 the clock is plainly wrong, and so are all answers.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
