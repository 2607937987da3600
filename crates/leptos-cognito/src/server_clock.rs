//! The server's time, as the app's own host reports it.

use core::time::Duration;

use cognito_proto::time::{ClockReading, UnixTime};
use leptos::prelude::*;

use crate::browser::{LocalBoxFuture, clock};

/// By how much the time in a password proof may be wrong. Pools accept five minutes; one minute is kept in reserve.
const TOLERANCE: Duration = Duration::from_secs(4 * 60);

/// The server's time. It is projected from the last report of the app's own host with this device's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerClock {
    last_report: StoredValue<Option<ClockReading>>,
    /// True if the pool refused a password proof with the host's time and accepted one with this device's time. The app
    /// then no longer uses the host's time in this page.
    is_rejected: StoredValue<bool>,
}

impl ServerClock {
    pub(crate) fn new() -> Self {
        Self {
            last_report: StoredValue::new(None),
            is_rejected: StoredValue::new(false),
        }
    }

    /// Asks the app's own host for the time, and stores the result for [`AuthContext::clock_reading`].
    pub(crate) fn sync(self) -> LocalBoxFuture<ClockReading> {
        Box::pin(async move {
            let mut report = clock::fetch_server_time().await;
            if self.is_rejected.get_value() {
                report.server = None;
            }
            self.last_report.set_value(Some(report));
            report
        })
    }

    /// Returns the current time by two clocks: the device's time, and the host's time, computed from its last report.
    pub(crate) fn reading(self) -> ClockReading {
        let device = clock::now();
        self.last_report
            .get_value()
            .map(|report| report.projected_to(device))
            .unwrap_or(ClockReading {
                device,
                server: None,
            })
    }

    /// Returns the current time: the host's if it is known, otherwise this device's.
    pub(crate) fn now(self) -> UnixTime {
        self.reading().now()
    }

    /// Returns true if a pool may refuse a password proof because of its time: the host's time and this device's clock differ
    /// by more than [`TOLERANCE`], so one of them is wrong.
    pub(crate) fn is_suspect(self) -> bool {
        is_suspect(self.reading())
    }

    /// Puts the host's time aside, so that this device's clock counts until [`ServerClock::sync`] or
    /// [`SetAside::restore`].
    pub(crate) fn set_aside(self) -> SetAside {
        let report = self.last_report.get_value();
        self.last_report.set_value(None);
        SetAside {
            clock: self,
            report,
        }
    }
}

/// The host's report while this device's clock counts in its place.
#[must_use]
pub(crate) struct SetAside {
    clock: ServerClock,
    report: Option<ClockReading>,
}

impl SetAside {
    /// Makes the host's time count again, because the pool refused this device's time too.
    pub(crate) fn restore(self) {
        self.clock.last_report.set_value(self.report);
    }

    /// Ignores the host's time from now on, because the pool accepted this device's time.
    pub(crate) fn reject(self) {
        self.clock.is_rejected.set_value(true);
    }
}

fn is_suspect(reading: ClockReading) -> bool {
    let ClockReading { device, server } = reading;
    server.is_some_and(|server| device.until(server).max(server.until(device)) > TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amazon's user pools refuse a proof whose `TIMESTAMP` is more than five minutes off. The rule of [`TOLERANCE`]
    /// keeps one minute of them in reserve, in both directions.
    #[test]
    fn server_time_over_four_minutes_off_is_suspected_to_be_wrong() {
        let device = 1_795_072_089;
        for (server, expected) in [
            (device, false),
            (device + 240, false),
            (device + 241, true),
            (device - 240, false),
            (device - 241, true),
            (0, true),
        ] {
            let reading = ClockReading {
                device: UnixTime::from_secs(device),
                server: Some(UnixTime::from_secs(server)),
            };
            assert_eq!(is_suspect(reading), expected, "{server}");
        }
    }

    #[test]
    fn device_clock_is_trusted_if_the_server_time_is_unknown() {
        assert!(!is_suspect(ClockReading {
            device: UnixTime::from_secs(0),
            server: None,
        }));
    }
}
