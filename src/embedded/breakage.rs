//! Breaking and mending on purpose: services, locks, and the retirement of a pool.

use super::Ground;
use crate::diagnostic::{Finding, codes};
use crate::text::{did_you_mean, list};

impl Ground {
    /// Stops a service of a pool; `place` is the pool's name or that of one of its servers.
    ///
    /// Returns the pool and the service as the training ground spells them.
    ///
    /// # Errors
    /// If there is no such pool, server or service, or the file cannot be written.
    pub async fn stop_service(
        &self,
        place: &str,
        service: &str,
    ) -> Result<(String, String), Finding> {
        self.set_service(place, service, false).await
    }

    /// Starts a service again; see [`Ground::stop_service`].
    ///
    /// # Errors
    /// As [`Ground::stop_service`].
    pub async fn start_service(
        &self,
        place: &str,
        service: &str,
    ) -> Result<(String, String), Finding> {
        self.set_service(place, service, true).await
    }

    async fn set_service(
        &self,
        place: &str,
        service: &str,
        running: bool,
    ) -> Result<(String, String), Finding> {
        let fqdn = self.pool_of_place(place).await?;
        let pools = self.pools().await?;
        let services = pools.into_iter().find(|pool| pool.fqdn == fqdn).map(|pool| pool.services);
        let names: Vec<String> =
            services.unwrap_or_default().into_iter().map(|(name, _)| name).collect();
        let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(service)) else {
            let has = match names.as_slice() {
                [] => "it has no services".to_owned(),
                names => format!("it has {}", list(names, 10)),
            };
            return Err(Finding::error(
                codes::GROUND_UNKNOWN,
                format!("`{fqdn}` has no service `{service}`"),
            )
            .help(did_you_mean(service, names.iter().map(String::as_str), &has)));
        };
        sqlx::query("UPDATE services SET running = ?3 WHERE pool = ?1 AND name = ?2")
            .bind(&fqdn)
            .bind(name)
            .bind(running)
            .execute(&self.pool)
            .await
            .map_err(|error| self.unwritable(&error))?;
        Ok((fqdn, name.clone()))
    }

    /// Locks a user or an application in the directory: from now on it can neither be moved nor sign in.
    ///
    /// # Errors
    /// If there is no such user or application, or the file cannot be written.
    pub async fn lock_user(&self, address: &str) -> Result<(), Finding> {
        self.set_locked(address, true).await
    }

    /// Unlocks a user.
    ///
    /// # Errors
    /// As [`Ground::lock_user`].
    pub async fn unlock_user(&self, address: &str) -> Result<(), Finding> {
        self.set_locked(address, false).await
    }

    async fn set_locked(&self, address: &str, locked: bool) -> Result<(), Finding> {
        let key = super::key(address);
        let done = sqlx::query("UPDATE homes SET locked = ?2 WHERE address = ?1")
            .bind(&key)
            .bind(locked)
            .execute(&self.pool)
            .await
            .map_err(|error| self.unwritable(&error))?;
        if done.rows_affected() > 0 {
            return Ok(());
        }
        let all: Vec<String> = sqlx::query_scalar("SELECT address FROM homes")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.unreadable(&error))?;
        let finding = Finding::error(
            codes::GROUND_UNKNOWN,
            format!("the training ground has no user or application `{address}`"),
        );
        let otherwise = "write the SIP address, for example `ann@contoso.com`, or an application's key, for example `response_group:Helpdesk`";
        Err(finding.help(did_you_mean(&key, all.iter().map(String::as_str), otherwise)))
    }

    /// Takes a pool out of service, if nobody lives on it. Returns who does: empty if it is out.
    ///
    /// # Errors
    /// If there is no such pool, or the file cannot be written.
    pub async fn retire(&self, pool: &str) -> Result<Vec<String>, Finding> {
        let fqdn = self.pool_of_place(pool).await?;
        let unwritable = |error: sqlx::Error| self.unwritable(&error);
        // One transaction: nobody can be moved there between the look and the retirement.
        let mut all = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unwritable)?;
        let remain: Vec<String> =
            sqlx::query_scalar("SELECT address FROM homes WHERE pool = ?1 ORDER BY address")
                .bind(&fqdn)
                .fetch_all(&mut *all)
                .await
                .map_err(unwritable)?;
        if !remain.is_empty() {
            return Ok(remain);
        }
        sqlx::query("UPDATE pools SET retired = 1 WHERE fqdn = ?1")
            .bind(&fqdn)
            .execute(&mut *all)
            .await
            .map_err(unwritable)?;
        sqlx::query("UPDATE services SET running = 0 WHERE pool = ?1")
            .bind(&fqdn)
            .execute(&mut *all)
            .await
            .map_err(unwritable)?;
        all.commit().await.map_err(unwritable)?;
        Ok(Vec::new())
    }

    /// The pool with that name, or the pool of the server with that name.
    async fn pool_of_place(&self, place: &str) -> Result<String, Finding> {
        let names: Vec<(String, String)> =
            sqlx::query_as("SELECT fqdn, fqdn FROM pools UNION ALL SELECT fqdn, pool FROM servers")
                .fetch_all(&self.pool)
                .await
                .map_err(|error| self.unreadable(&error))?;
        if let Some((_, pool)) = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(place)) {
            return Ok(pool.clone());
        }
        let known: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        let otherwise = format!("there are {}", list(&known, 10));
        Err(Finding::error(
            codes::GROUND_UNKNOWN,
            format!("the training ground has no pool or server `{place}`"),
        )
        .help(did_you_mean(place, known.iter().copied(), &otherwise)))
    }
}
