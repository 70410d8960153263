//! Of which kind an AppAuth is: a composite resource or a claim for one, by the XRDs, Compositions and Input that are
//! given, else by the version of Crossplane.

use serde_json::Value;

use super::files::{APIEXTENSIONS, Manifest};
use crate::api::input::ProviderApi;
use crate::finding::nearest;
use crate::schema::definitions::group;

/// The version of Crossplane where none is named: 1 while no provider of namespaced resources is rendered.
pub const DEFAULT_CROSSPLANE: u8 = 1;

/// The kinds that AppAuths may be of.
#[derive(Debug)]
pub(super) struct Kinds {
    xrds: Vec<Xrd>,
    /// The composite resources that Compositions are for, as API version and kind.
    composed: Vec<(String, String)>,
    /// Whether an Input asks for a provider of namespaced resources.
    has_namespaced_provider: bool,
    crossplane: u8,
}

/// What a CompositeResourceDefinition names.
#[derive(Debug)]
pub(super) struct Xrd {
    group: String,
    kind: String,
    claim: Option<String>,
    /// The versions that are served.
    versions: Vec<String>,
    /// Whether its composite resources are in namespaces.
    is_namespaced: bool,
}

impl Xrd {
    /// Reads one; none of another kind of document.
    pub(super) fn of(document: &Value) -> Option<Self> {
        let is_xrd = document["kind"] == "CompositeResourceDefinition"
            && group(document["apiVersion"].as_str()?) == APIEXTENSIONS;
        let text = |pointer: &str| Some(document.pointer(pointer)?.as_str()?.to_owned());
        let versions = document["spec"]["versions"]
            .as_array()
            .into_iter()
            .flatten();
        is_xrd.then_some(Self {
            group: text("/spec/group")?,
            kind: text("/spec/names/kind")?,
            claim: text("/spec/claimNames/kind"),
            is_namespaced: match text("/spec/scope").as_deref() {
                Some(scope) => scope == "Namespaced",
                None => document["apiVersion"] == "apiextensions.crossplane.io/v2",
            },
            versions: versions
                .filter(|version| version["served"] != false)
                .filter_map(|version| Some(version["name"].as_str()?.to_owned()))
                .collect(),
        })
    }
}

/// What an AppAuth is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A composite resource.
    Composite,
    /// A claim for a composite resource of this kind.
    Claim(String),
}

/// How an AppAuth is read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// What it is read as.
    pub(super) reading: Reading,
    /// Whether that rests on the version of Crossplane alone.
    pub(super) is_assumed: bool,
}

impl Kinds {
    /// Reads the evidence: XRDs, Compositions and Inputs among manifests, and XRDs beside them.
    pub(super) fn read<'a>(
        manifests: impl Iterator<Item = &'a Manifest> + Clone,
        xrds: Vec<Xrd>,
        crossplane: Option<u8>,
    ) -> Self {
        let values = manifests.clone().map(|manifest| &manifest.document.value);
        let composed = values
            .clone()
            .filter(|value| value["kind"] == "Composition")
            .filter_map(|value| {
                let reference = &value["spec"]["compositeTypeRef"];
                let text = |field: &str| Some(reference[field].as_str()?.to_owned());
                Some((text("apiVersion")?, text("kind")?))
            });
        let is_namespaced = |input: &Value| {
            let api = input.pointer("/provider/api").cloned().unwrap_or_default();
            serde_json::from_value::<ProviderApi>(api)
                .is_ok_and(|api| api == ProviderApi::UpboundNamespaced)
        };
        Self {
            composed: composed.collect(),
            has_namespaced_provider: manifests
                .flat_map(Manifest::steps)
                .filter_map(|step| step.input)
                .any(|input| is_namespaced(&input.value)),
            xrds: values.filter_map(Xrd::of).chain(xrds).collect(),
            crossplane: crossplane.unwrap_or(DEFAULT_CROSSPLANE),
        }
    }

    /// The XRDs of a group.
    fn xrds_of(&self, ours: &str) -> impl Iterator<Item = &Xrd> {
        self.xrds.iter().filter(move |xrd| xrd.group == ours)
    }

    /// The kinds of a group that Compositions are for.
    fn composed_of(&self, ours: &str) -> impl Iterator<Item = &str> {
        let of_group = move |(api_version, _): &&(String, String)| group(api_version) == ours;
        let composed = self.composed.iter().filter(of_group);
        composed.map(|(_, kind)| kind.as_str())
    }

    /// What a manifest is read as.
    pub(super) fn of(&self, manifest: &Manifest) -> Evidence {
        let (kind, ours) = (manifest.kind(), manifest.group());
        let certain = |reading| Evidence {
            reading,
            is_assumed: false,
        };
        for xrd in self.xrds_of(ours) {
            if xrd.kind == kind {
                return certain(Reading::Composite);
            }
            if xrd.claim.as_deref() == Some(kind) {
                return certain(Reading::Claim(xrd.kind.clone()));
            }
        }
        // Only composite resources of Crossplane 2 have this field.
        if manifest.document.value["spec"].get("crossplane").is_some() {
            return certain(Reading::Composite);
        }
        let mut composed: Vec<&str> = self.composed_of(ours).collect();
        composed.dedup();
        if composed.contains(&kind) {
            return certain(Reading::Composite);
        }
        // A claim is named like its composite, without the X that says so.
        if let Some(composite) = composed.iter().find(|each| is_claim_of(kind, each)) {
            return certain(Reading::Claim((*composite).to_owned()));
        }
        if !manifest.has_namespace() || kind.is_empty() || kind.starts_with('X') {
            return certain(Reading::Composite);
        }
        // Whatever it is called, what a team commits in a namespace is for the one composite that there is.
        if let [composite] = composed.as_slice()
            && nearest(kind, [*composite]).is_none()
        {
            return certain(Reading::Claim((*composite).to_owned()));
        }
        if self.has_namespaced_provider {
            return certain(Reading::Composite);
        }
        let reading = if self.crossplane == 1 {
            Reading::Claim(format!("X{kind}"))
        } else {
            Reading::Composite
        };
        Evidence {
            reading,
            is_assumed: true,
        }
    }

    /// Whether objects of a manifest's kind are in no namespace, as Crossplane 1's composite resources are.
    pub(super) fn is_cluster_scoped(&self, manifest: &Manifest) -> bool {
        let mut xrds = self.xrds_of(manifest.group());
        match xrds.find(|xrd| xrd.kind == manifest.kind()) {
            Some(xrd) => !xrd.is_namespaced,
            None => manifest.kind().starts_with('X'),
        }
    }

    /// The kind that a misspelt one of a group was meant to be.
    pub(super) fn meant(&self, manifest: &Manifest) -> Option<String> {
        let known = self.of_group(manifest.group());
        let is_known = known.iter().any(|known| known == manifest.kind());
        let meant = nearest(manifest.kind(), known.iter().map(String::as_str));
        meant.filter(|_| !is_known).map(str::to_owned)
    }

    /// The kinds that a manifest of this group can be of.
    pub(super) fn of_group(&self, ours: &str) -> Vec<String> {
        let mut kinds: Vec<String> = self
            .xrds_of(ours)
            .flat_map(|xrd| std::iter::once(xrd.kind.clone()).chain(xrd.claim.clone()))
            .collect();
        for kind in self.composed_of(ours) {
            kinds.push(kind.to_owned());
            kinds.extend(kind.strip_prefix('X').map(str::to_owned));
        }
        if kinds.is_empty() {
            kinds = ["XAppAuth", "AppAuth"].map(str::to_owned).into();
        }
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// Whether a kind is misspelt, by the XRDs and Compositions of its group.
    pub(super) fn is_misspelt(&self, manifest: &Manifest) -> bool {
        let ours = manifest.group();
        let is_known =
            self.xrds_of(ours).next().is_some() || self.composed_of(ours).next().is_some();
        let kinds = self.of_group(ours);
        is_known && nearest(manifest.kind(), kinds.iter().map(String::as_str)).is_some()
    }

    /// The versions of a kind that its XRD serves; none where there is no XRD of it.
    pub(super) fn versions(&self, ours: &str, kind: &str) -> Option<&[String]> {
        let mut xrds = self.xrds_of(ours);
        let xrd = xrds.find(|xrd| xrd.kind == kind || xrd.claim.as_deref() == Some(kind))?;
        Some(&xrd.versions)
    }
}

/// Whether a kind is named like the claim of a composite: `AppAuth` and `XAppAuth`.
fn is_claim_of(kind: &str, composite: &str) -> bool {
    !kind.is_empty() && !kind.starts_with('X') && composite.strip_prefix('X') == Some(kind)
}
