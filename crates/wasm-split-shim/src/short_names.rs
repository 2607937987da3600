//! Replaces the names of a WebAssembly file's imports and exports by shorter ones.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{Export, Import, Imports, Parser, Payload};

use crate::Result;

/// The names of a WebAssembly file's imports and exports, in the order of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct WasmNames {
    /// The module and the name of each import.
    pub(crate) imports: Vec<(String, String)>,
    pub(crate) exports: Vec<String>,
}

impl WasmNames {
    pub(crate) fn parse(wasm: &[u8]) -> Result<Self> {
        let mut names = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let Import { module, name, .. } = import?;
                        names.imports.push((module.to_owned(), name.to_owned()));
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        names.exports.push(export?.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(names)
    }

    /// Returns the names that the file imports from the module `module`.
    pub(crate) fn imports_from(&self, module: &str) -> impl Iterator<Item = &str> {
        let imports = self.imports.iter();
        imports.filter_map(move |(from, name)| (from == module).then_some(name.as_str()))
    }
}

/// Assigns a different short name to each name. The first names get the shortest ones.
pub(crate) fn assign_short_names<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let mut short_names = BTreeMap::new();
    for name in names {
        let index = short_names.len();
        short_names
            .entry(name.to_owned())
            .or_insert_with(|| short_name(index));
    }
    short_names
}

/// Returns the short name with this index: `a` to `z`, `A` to `Z`, `aa`, `ba` and so on.
fn short_name(mut index: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[index % LETTERS.len()]));
        index /= LETTERS.len();
        if index == 0 {
            return name;
        }
        index -= 1;
    }
}

/// Returns the WebAssembly file with new names for imports, their modules and exports. It leaves out the exports for
/// which `keep_export` is false. A name that has no new name stays.
pub(crate) fn rename_imports_and_exports(
    wasm: &[u8],
    new_names: &BTreeMap<String, String>,
    keep_export: &dyn Fn(&str) -> bool,
) -> Result<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    let mut renamer = ImportExportRenamer {
        new_names,
        keep_export,
    };
    renamer.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}

struct ImportExportRenamer<'a> {
    new_names: &'a BTreeMap<String, String>,
    keep_export: &'a dyn Fn(&str) -> bool,
}

impl ImportExportRenamer<'_> {
    fn new_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.new_names.get(name).map_or(name, String::as_str)
    }
}

impl Reencode for ImportExportRenamer<'_> {
    type Error = std::convert::Infallible;

    fn parse_imports(
        &mut self,
        section: &mut wasm_encoder::ImportSection,
        imports: Imports<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for import in imports {
            let (_, import) = import?;
            let entity = self.entity_type(import.ty)?;
            section.import(
                self.new_name(import.module),
                self.new_name(import.name),
                entity,
            );
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        section: &mut wasm_encoder::ExportSection,
        export: Export<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        if (self.keep_export)(export.name) {
            let export = Export {
                name: self
                    .new_names
                    .get(export.name)
                    .map_or(export.name, |name| name),
                ..export
            };
            reencode::utils::parse_export(self, section, export)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_wasm_import_names_are_unique_and_as_short_as_possible() {
        let names: Vec<String> = (0..3000).map(|index| index.to_string()).collect();
        let short_names = assign_short_names(names.iter().map(String::as_str));
        let distinct: std::collections::BTreeSet<&String> = short_names.values().collect();
        assert_eq!(distinct.len(), names.len());
        let of = |name: &str| short_names[name].as_str();
        assert_eq!(
            ["0", "51", "52", "53", "103", "104", "2755", "2756"].map(of),
            ["a", "Z", "aa", "ba", "Za", "ab", "ZZ", "aaa"]
        );
    }

    #[test]
    fn wasm_rename_shortens_import_names_and_drops_unused_exports() {
        let wasm = wat::parse_str(
            r#"(module
                (import "./app_bg.js" "__wbg_body_0da0" (func))
                (import "./loader.js" "load" (func))
                (func (call 0))
                (memory 1)
                (export "memory" (memory 0))
                (export "__wbindgen_start" (func 2))
                (export "unused" (func 2)))"#,
        )
        .expect("the text is valid");
        let new_names = assign_short_names(["__wbindgen_start", "./app_bg.js", "__wbg_body_0da0"]);
        let renamed = rename_imports_and_exports(&wasm, &new_names, &|name| name != "unused");
        let renamed = renamed.expect("the file is valid");
        let pair = |module: &str, name: &str| (module.to_owned(), name.to_owned());
        let expected = WasmNames {
            imports: vec![pair("b", "c"), pair("./loader.js", "load")],
            exports: vec!["memory".to_owned(), "a".to_owned()],
        };
        assert_eq!(WasmNames::parse(&renamed).ok(), Some(expected));
        wasmparser::validate(&renamed).expect("the renamed file is valid");
    }
}
