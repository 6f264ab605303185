// SPDX-License-Identifier: Apache-2.0

//! All calls of the runtime and all errors of our pallets, as their types tell.

use dsla_runtime::{RuntimeCall, RuntimeError};
use scale_info::{form::PortableForm, meta_type, PortableRegistry, Registry, Type, TypeDef, Variant};
use std::{collections::BTreeMap, sync::LazyLock};

/// How much more often a call of ours is chosen than one of the SDK.
const OURS: usize = 4;

/// A call.
#[derive(Clone, Debug)]
pub struct CallType {
    /// Index of the pallet.
    pub pallet: u8,
    /// Index of the call in the pallet.
    pub call: u8,
    /// `Pallet::call`.
    pub name: String,
    /// Name and type of the arguments.
    pub arguments: Vec<(String, u32)>,
}

/// All of it.
pub struct Catalogue {
    types: PortableRegistry,
    calls: BTreeMap<(u8, u8), CallType>,
    wheel: Vec<(u8, u8)>,
    errors: BTreeMap<(u8, u8), String>,
}

/// The catalogue of this runtime.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

impl Catalogue {
    fn new() -> Self {
        let mut registry = Registry::new();
        let calls = registry.register_type(&meta_type::<RuntimeCall>()).id;
        let errors = registry.register_type(&meta_type::<RuntimeError>()).id;
        let types = PortableRegistry::from(registry);
        let mut all = Self { types, calls: BTreeMap::new(), wheel: Vec::new(), errors: BTreeMap::new() };
        for pallet in all.variants(calls) {
            let Some(inner) = pallet.fields.first() else { continue };
            for call in all.variants(inner.ty.id) {
                let arguments =
                    call.fields.iter().map(|field| (field.name.clone().unwrap_or_default(), field.ty.id)).collect();
                let key = (pallet.index, call.index);
                let name = format!("{}::{}", pallet.name, call.name);
                all.calls.insert(key, CallType { pallet: key.0, call: key.1, name, arguments });
                let times = if is_ours(key.0) { OURS } else { 1 };
                all.wheel.extend(std::iter::repeat_n(key, times));
            }
        }
        for pallet in all.variants(errors) {
            let Some(inner) = pallet.fields.first() else { continue };
            for error in all.variants(inner.ty.id) {
                all.errors.insert((pallet.index, error.index), format!("{}::{}", pallet.name, error.name));
            }
        }
        all
    }

    fn variants(&self, ty: u32) -> Vec<Variant<PortableForm>> {
        match self.types.resolve(ty).map(|ty| &ty.type_def) {
            Some(TypeDef::Variant(variants)) => variants.variants.clone(),
            _ => Vec::new(),
        }
    }

    /// A type.
    pub fn ty(&self, id: u32) -> &Type<PortableForm> {
        self.types.resolve(id).expect("the registry is closed")
    }

    /// The calls in the order in which inputs choose them; those of ours are there several times.
    pub fn wheel(&self) -> &[(u8, u8)] {
        &self.wheel
    }

    /// A call.
    pub fn call(&self, key: (u8, u8)) -> Option<&CallType> {
        self.calls.get(&key)
    }

    /// All calls.
    pub fn calls(&self) -> impl Iterator<Item = &CallType> {
        self.calls.values()
    }

    /// All errors of our pallets: index of the pallet and of the error, and `Pallet::Error`.
    pub fn errors(&self) -> impl Iterator<Item = ((u8, u8), &str)> {
        self.errors.iter().filter(|(key, _)| is_ours(key.0)).map(|(key, name)| (*key, name.as_str()))
    }

    /// The name of an error of any pallet.
    pub fn error(&self, key: (u8, u8)) -> &str {
        self.errors.get(&key).map_or("?", String::as_str)
    }
}

/// Whether the pallet with that index is one of ours.
pub fn is_ours(pallet: u8) -> bool {
    (50..60).contains(&pallet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use frame_support::traits::{GetCallMetadata, PalletInfoAccess};

    #[test]
    fn catalogue_should_have_every_call_of_the_runtime() {
        let mut names: Vec<String> = RuntimeCall::get_module_names()
            .iter()
            .flat_map(|pallet| RuntimeCall::get_call_names(pallet).iter().map(move |call| format!("{pallet}::{call}")))
            .collect();
        let mut ours: Vec<String> = CATALOGUE.calls().map(|call| call.name.clone()).collect();
        names.sort();
        ours.sort();
        assert_eq!(ours, names);
    }

    #[test]
    fn catalogue_should_have_the_errors_of_all_our_pallets() {
        use dsla_runtime::{Challenge, Compensation, Marketplace, Sla, SliOracle};
        let indices =
            [SliOracle::index(), Sla::index(), Compensation::index(), Marketplace::index(), Challenge::index()];
        for index in indices {
            let count = CATALOGUE.errors().filter(|((pallet, _), _)| usize::from(*pallet) == index).count();
            assert!(count > 10, "pallet {index} has {count} errors");
        }
        assert_eq!(CATALOGUE.errors().next().map(|(_, name)| name), Some("SliOracle::AlreadyRegistered"));
    }
}
