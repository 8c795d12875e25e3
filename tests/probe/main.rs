//! The probe against what it meets: nginx, Traefik, Prometheus old and new,
//! certificates made for the occasion, and servers that mean harm.
//!
//! needs: nginx htpasswd prometheus prometheus-2.53.3 prometheus-3.8.1 traefik jq

mod agent;
mod certificates;
mod endpoints;
mod hostile;
mod logins;
mod receivers;
mod traefik;
mod world;
