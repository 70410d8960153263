//! `import`: what exists at AWS, as the AppAuth that takes it over.

use std::io::Write;
use std::path::PathBuf;

use super::Ended;
use super::export::XrdArgs;
use super::files::{self, CannotRun, Json};
use crate::api::manifests::Form;
use crate::import::{self, Imported, Options};
use crate::manifest;
use crate::workspace::{self, Entry};

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// What aws cognito-idp prints, as JSON, for describe-user-pool, get-user-pool-mfa-config,
    /// describe-user-pool-client, describe-user-pool-domain, describe-resource-server, describe-identity-provider and
    /// list-groups: files, folders, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write a claim in this namespace, for Crossplane 1, instead of its composite resource.
    #[arg(long, value_name = "NAMESPACE", value_parser = super::export::namespace)]
    claim: Option<String>,
    #[command(flatten)]
    xrd: XrdArgs,
}

impl ImportArgs {
    fn options(&self) -> Result<Options<'_>, CannotRun> {
        let form = self.xrd.form()?;
        if self.claim.is_some() && form != Form::Claim {
            return Err(CannotRun::new(
                "--claim is for Crossplane 1; remove it, or use --crossplane 1",
            ));
        }
        Ok(Options {
            group: &self.xrd.group,
            form,
            claim: self.claim.as_deref(),
        })
    }
}

/// What a person looks for first.
const FIRST: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "region",
    "existingUserPool",
    "userPool",
    "domain",
    "resourceServers",
    "identityProviders",
    "groups",
    "name",
    "displayName",
    "type",
    "importId",
    "resource",
];

pub(super) fn run(
    args: &ImportArgs,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<Ended, CannotRun> {
    let (answers, mut entries) = files::read_json(&args.files)?;
    if answers.is_empty() && entries.is_empty() {
        return Err(CannotRun::new(
            "nothing to import: there is no JSON in what was given",
        ));
    }
    let mut documents = Vec::new();
    for Json { place, value } in answers {
        match import::unreadable(&value) {
            Some(finding) => entries.push(Entry::new(finding, Some(place))),
            None => documents.push(value),
        }
    }
    let mut imported = None;
    if entries.is_empty() {
        let whole = import::import(documents, &args.options()?);
        let findings = whole.findings.iter().cloned();
        entries.extend(findings.map(|finding| Entry::new(finding, None)));
        imported = Some(whole);
    }
    for entry in &entries {
        write!(err, "{entry}")?;
    }
    if entries.iter().any(|entry| entry.finding.is_error()) {
        writeln!(err, "{}", workspace::summary(&entries))?;
        return Ok(Ended::Found);
    }
    if let Some(Imported {
        composite,
        input,
        findings: _,
    }) = imported
    {
        write!(out, "{}", manifest::write_in_order(&composite, FIRST))?;
        if let Some(input) = input {
            write!(out, "---\n{}", manifest::write_in_order(&input, FIRST))?;
        }
    }
    Ok(Ended::Fine)
}
