//! `xrd`, `composition`, `schema` and `init`: what the types become, and what to start from.

use std::io::Write;

use clap::ValueEnum;
use serde_json::Value;

use super::Ended;
use super::files::CannotRun;
use crate::api::GROUP;
use crate::api::app_auth::ClientType;
use crate::api::manifests::{self, Form, RequiredSchema};
use crate::compose::schemas;
use crate::manifest;
use crate::names::{is_label, is_subdomain};

#[derive(Debug, clap::Args)]
pub(super) struct XrdArgs {
    /// The API group, of your choice.
    #[arg(long, value_name = "GROUP", default_value = GROUP, value_parser = group)]
    pub(super) group: String,
    /// Crossplane's major version: 1 has claims, and 2 serves that form, too. Default 1, with --scope 2.
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    crossplane: Option<u8>,
    /// The scope, for Crossplane 2. Default Cluster.
    #[arg(long, value_enum)]
    scope: Option<Scope>,
}

/// An API group is a DNS name, and none of Kubernetes' own, which have no dot.
fn group(text: &str) -> Result<String, String> {
    if text.contains('.') && is_subdomain(text) {
        Ok(text.to_owned())
    } else {
        Err("an API group is a DNS name in lower case, such as auth.acme.com".to_owned())
    }
}

/// A namespace is a DNS label.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    if is_label(text) {
        Ok(text.to_owned())
    } else {
        Err("a namespace has lower case letters, digits and - only, such as shop".to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum Scope {
    Cluster,
    Namespaced,
}

impl XrdArgs {
    pub(super) fn form(&self) -> Result<Form, CannotRun> {
        match (self.crossplane, self.scope) {
            (None | Some(1), None) => Ok(Form::Claim),
            (Some(1), Some(_)) => Err(CannotRun::new(
                "--scope is for Crossplane 2; remove it, or --crossplane 1",
            )),
            (_, None | Some(Scope::Cluster)) => Ok(Form::Cluster),
            // All kinds of the community provider are cluster-scoped, and Crossplane composes none of them for a
            // namespaced composite.
            (_, Some(Scope::Namespaced)) => Err(CannotRun::new(
                "--scope Namespaced needs a provider with namespaced resources, and \
                 cognitoidentityprovider.aws.crossplane.io has none; use --scope Cluster, or --crossplane 1 with claims",
            )),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// What the schema is of.
    #[arg(value_enum, ignore_case = true, default_value_t = Kind::AppAuth)]
    kind: Kind,
    #[command(flatten)]
    xrd: XrdArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum Kind {
    AppAuth,
    Input,
}

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The kind of application.
    #[arg(long = "type", value_enum, ignore_case = true, default_value_t = AppType::Web)]
    type_: AppType,
    /// The kind: with Crossplane 1 an AppAuth is a claim, and an XAppAuth its composite resource.
    #[arg(long, value_enum, ignore_case = true, default_value_t = InitKind::AppAuth)]
    kind: InitKind,
    #[command(flatten)]
    xrd: XrdArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum AppType {
    Web,
    Spa,
    Native,
    Machine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum InitKind {
    AppAuth,
    XAppAuth,
}

pub(super) fn xrd(args: &XrdArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    yaml(&manifests::xrd(&args.group, args.form()?), out)
}

pub(super) fn composition(args: &XrdArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    let schemas = schemas::bootstrapped().map(|question| RequiredSchema {
        name: question.name,
        api_version: question.api_version,
        kind: question.kind,
    });
    yaml(
        &manifests::composition(&args.group, args.form()?, schemas),
        out,
    )
}

pub(super) fn schema(args: &SchemaArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    let schema = match args.kind {
        Kind::AppAuth => manifests::app_auth_schema(&args.xrd.group, args.xrd.form()?),
        Kind::Input => manifests::input_schema(),
    };
    writeln!(out, "{schema:#}")?;
    Ok(Ended::Fine)
}

fn yaml(manifest: &Value, out: &mut impl Write) -> Result<Ended, CannotRun> {
    write!(out, "{}", manifest::write(manifest))?;
    Ok(Ended::Fine)
}

/// What a service starts from, below the region.
const MACHINE: &str = "  \
  # Where tokens come from. The status shows its URL, at a prefix that nobody else has. Your own prefix instead, which no
  # other AWS account in the region may have:
  #   domain: {prefix: storefront-7k2}
  domain: {}

  # The API that the tokens are for. Once it is there, its scopes cannot be changed, but replaced: onChange: Replace.
  resourceServers:
    - name: orders-api
      identifier: https://api.shop.example.org
      scopes:
        - {name: orders.read, description: Read orders}

  clients:
    # A service that calls the API in its own name: client credentials, a secret, and no user.
    # The name is yours; another name is another client, with another client id.
    - name: nightly-report
      type: Machine
      scopes: [https://api.shop.example.org/orders.read]
      # How long tokens are good for. This is the default.
      # tokens: {access: 1h}
";

pub(super) fn init(args: &InitArgs, out: &mut impl Write) -> Result<Ended, CannotRun> {
    let type_ = match args.type_ {
        AppType::Web => ClientType::Web,
        AppType::Spa => ClientType::Spa,
        AppType::Native => ClientType::Native,
        AppType::Machine => ClientType::Machine,
    };
    let form = args.xrd.form()?;
    let group = &args.xrd.group;
    let (kind, namespace) = match (form, args.kind) {
        (Form::Claim, InitKind::AppAuth) => ("AppAuth", ", namespace: shop"),
        (Form::Claim, InitKind::XAppAuth) | (Form::Cluster, InitKind::AppAuth) => (form.kind(), ""),
        (Form::Namespaced, InitKind::AppAuth) => (form.kind(), ", namespace: shop"),
        (Form::Cluster | Form::Namespaced, InitKind::XAppAuth) => {
            return Err(CannotRun::new(
                "--kind XAppAuth is for --crossplane 1; remove it, or use --crossplane 1",
            ));
        }
    };
    let version = crate::api::VERSION;
    write!(
        out,
        "\
apiVersion: {group}/{version}
kind: {kind}
metadata: {{name: storefront{namespace}}}
spec:
  # Where everything lives. It cannot be changed later.
  region: eu-west-1

"
    )?;
    if type_ == ClientType::Machine {
        out.write_all(MACHINE.as_bytes())?;
        return Ok(Ended::Fine);
    }
    let (client, about, callback) = match type_ {
        ClientType::Spa => (
            "spa",
            "a browser app: code with PKCE, no secret",
            "https://shop.example.org/callback",
        ),
        ClientType::Native => (
            "app",
            "a mobile or desktop app: code with PKCE, no secret",
            "com.example.shop://callback",
        ),
        ClientType::Web | ClientType::Machine => (
            "web",
            "a server that can keep a secret: authorization code",
            "https://shop.example.org/callback",
        ),
    };
    write!(
        out,
        "  # The login pages. The status shows their URL, at a prefix that nobody else has. Your own prefix instead, which no
  # other AWS account in the region may have, or a domain of yours:
  #   domain: {{prefix: storefront-7k2}}
  #   domain: {{name: login.shop.example.org, certificateArn: \"arn:aws:acm:us-east-1:…\"}}
  domain: {{}}

  clients:
    # {about}.
    # The name is yours; another name is another client, with another client id.
    - name: {client}
      type: {type_:?}
      # Where people are sent back to after signing in: exactly as your app says it, to the last slash.
      callbackUrls: [{callback}]
      # What the app may know of people. This is the default.
      # scopes: [openid, email, profile]
      # How long tokens are good for. These are the defaults.
      # tokens: {{access: 1h, id: 1h, refresh: {refresh}}}

  # The user pool has a default for everything. The first to look at:
  # userPool:
  #   onDelete: Retain          # the users outlive this resource; Delete deletes them with it
  #   signIn:
  #     with: [Email]           # Email | Phone | Username | PreferredUsername; it cannot be changed later
  #     selfSignUp: true        # false: an administrator creates each user
  #   mfa: {{mode: Optional, methods: [Totp]}}
  #   password: {{minLength: 12}}
",
        refresh = if type_ == ClientType::Spa { "1d" } else { "30d" },
    )?;
    Ok(Ended::Fine)
}
