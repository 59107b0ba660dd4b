//! What every driver promises, as one test that each driver's tests call.
//!
//! The system under test has the pools `ocspool01.contoso.com` and `lyncpool01.contoso.com`; `ann` and
//! `bob` (`@contoso.com`) live on the first.

use super::{Driver, Fault};

const OCS: &str = "ocspool01.contoso.com";
const LYNC: &str = "lyncpool01.contoso.com";
const ANN: &str = "ann@contoso.com";
const BOB: &str = "bob@contoso.com";
const NOBODY: &str = "nobody@contoso.com";

/// Fails unless `driver` keeps the contract.
pub(crate) async fn holds(driver: &dyn Driver) {
    let home = async |user: &str| {
        let homes = driver.homes(&[user.to_owned()]).await.unwrap();
        assert_eq!(homes.len(), 1, "one answer per address");
        homes[0].clone()
    };
    let users = [BOB, NOBODY, ANN].map(str::to_owned);
    let ocs = Some(OCS.to_owned());
    assert_eq!(driver.homes(&users).await, Ok(vec![ocs.clone(), None, ocs]), "in the order asked");
    assert_eq!(driver.ready(OCS).await, Ok(()));
    assert!(driver.ready("nopool.contoso.com").await.is_err());

    // Compare-and-set: only from where the caller believes.
    let lost = driver.rehome(ANN, LYNC, OCS).await;
    assert_eq!(lost, Err(Fault::Elsewhere { now: Some(OCS.to_owned()) }));
    assert_eq!(home(ANN).await.as_deref(), Some(OCS), "a lost compare changes nothing");
    assert_eq!(driver.rehome(ANN, OCS, LYNC).await, Ok(()));
    assert_eq!(home(ANN).await.as_deref(), Some(LYNC));

    // The same again changes nothing and says where the user is.
    let again = driver.rehome(ANN, OCS, LYNC).await;
    assert_eq!(again, Err(Fault::Elsewhere { now: Some(LYNC.to_owned()) }));
    assert_eq!(home(ANN).await.as_deref(), Some(LYNC));
    assert_eq!(driver.rehome(NOBODY, OCS, LYNC).await, Err(Fault::Elsewhere { now: None }));

    // Two at once: one of them wins.
    let (one, two) = tokio::join!(driver.rehome(BOB, OCS, LYNC), driver.rehome(BOB, OCS, LYNC));
    assert_ne!(one.is_ok(), two.is_ok(), "nobody is moved twice");

    // A pool is retired only when it is empty.
    assert_eq!(driver.remaining(LYNC).await, Ok(vec![ANN.to_owned(), BOB.to_owned()]));
    assert!(matches!(driver.retire(LYNC).await, Err(Fault::Refused { .. })));
    assert_eq!(driver.remaining(OCS).await, Ok(Vec::new()));
    assert_eq!(driver.retire(OCS).await, Ok(()));
    assert_eq!(driver.retire(OCS).await, Ok(()), "retiring twice is no fault");
    let back = driver.rehome(ANN, LYNC, OCS).await;
    assert!(matches!(back, Err(Fault::Server { .. })), "nobody moves to a retired pool");
}
