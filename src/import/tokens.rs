//! How long a client's tokens are good for.

use super::aws::UserPoolClient;
use super::leftovers::unless;
use crate::api::app_auth::{ClientType, Tokens};
use crate::api::duration::Duration;

/// How long tokens are good for. The same time in another unit is no change to anybody who holds a token.
pub(super) fn import(client: &UserPoolClient, type_: ClientType) -> Option<Tokens> {
    let units = client.token_validity_units.as_ref();
    let of = |number: Option<u64>,
              unit: Option<&String>,
              default: Duration,
              usual: fn(u64) -> Duration| {
        let number = number.filter(|number| *number > 0);
        number.map_or(default, |number| {
            lifetime(number, unit.map(String::as_str), usual)
        })
    };
    let hour = Duration::from_hours(1);
    let access = units.and_then(|units| units.access_token.as_ref());
    let access = of(
        client.access_token_validity,
        access,
        hour,
        Duration::from_hours,
    );
    let id = units.and_then(|units| units.id_token.as_ref());
    let id = of(client.id_token_validity, id, hour, Duration::from_hours);
    let refresh = units.and_then(|units| units.refresh_token.as_ref());
    let month = Duration::from_days(30);
    let refresh = of(
        client.refresh_token_validity,
        refresh,
        month,
        Duration::from_days,
    );
    let default = match type_ {
        ClientType::Spa => Duration::from_days(1),
        ClientType::Web | ClientType::Native | ClientType::Machine => month,
    };
    let short = hour.min(refresh);
    let tokens = Tokens {
        access: unless(&short, access),
        id: unless(&short, id),
        refresh: unless(&default, refresh),
        rotation: None,
    };
    unless(&Tokens::default(), tokens)
}

/// A lifetime, with the largest unit that leaves a whole number.
fn lifetime(number: u64, unit: Option<&str>, usual: fn(u64) -> Duration) -> Duration {
    let seconds = match unit {
        Some("seconds") => number,
        Some("minutes") => number.saturating_mul(60),
        Some("hours") => number.saturating_mul(3_600),
        Some("days") => number.saturating_mul(86_400),
        _ => usual(number).as_secs(),
    };
    [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')]
        .into_iter()
        .find(|(length, _)| seconds.is_multiple_of(*length))
        .and_then(|(length, unit)| Duration::try_from(format!("{}{unit}", seconds / length)).ok())
        .unwrap_or_else(|| usual(number))
}

#[cfg(test)]
mod tests {
    use super::super::testing::pruned;
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn lifetimes_are_written_with_the_largest_unit() {
        let mixed = json!({"AccessTokenValidity": 90, "IdTokenValidity": 86400, "RefreshTokenValidity": 48,
            "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"}});
        let hour = json!({"AccessTokenValidity": 60, "TokenValidityUnits": {"AccessToken": "minutes"}, "RefreshTokenValidity": 30});
        for (answer, type_, expected) in [
            (json!({}), ClientType::Web, Value::Null),
            (json!({}), ClientType::Spa, json!({"refresh": "30d"})),
            (
                json!({"RefreshTokenValidity": 1}),
                ClientType::Spa,
                Value::Null,
            ),
            (
                json!({"RefreshTokenValidity": 5}),
                ClientType::Native,
                json!({"refresh": "5d"}),
            ),
            (hour, ClientType::Machine, Value::Null),
            (
                mixed,
                ClientType::Web,
                json!({"access": "90m", "id": "1d", "refresh": "2d"}),
            ),
        ] {
            let client = serde_json::from_value(answer.clone()).unwrap();
            assert_eq!(pruned(&import(&client, type_)), expected, "{answer}");
        }
    }
}
