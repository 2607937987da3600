//! Makes wasm-bindgen's two files smaller: the JavaScript module (the "glue") and the main WebAssembly file.
//!
//! Both contain about 200 long names with hashes, such as `__wbg_addEventListener_847fd86b8c33ec43`. This module gives
//! them short names in both files, and removes what the app does not use.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    Result, esbuild, run_wasm_opt,
    short_names::{WasmNames, assign_short_names, rename_imports_and_exports},
    wasm_opt_flags,
};

/// The exports of the main file that the chunk loader uses by name, in addition to the exports that the chunks import.
const LOADER_EXPORTS: [&str; 2] = ["memory", "__indirect_function_table"];

/// The command-line flags with which esbuild runs. With them it keeps only the functions that start.js and the chunk
/// loader call. The JavaScript uses `Symbol.dispose` only for `using` statements, which the app does not have.
const FLAGS: [&str; 4] = [
    "--bundle",
    "--minify-syntax",
    "--define:Symbol.dispose=undefined",
    "--external:./chunk-loader-*",
];

/// Makes the two files that wasm-bindgen wrote to the folder smaller: `NAME.js` and `NAME_bg.wasm`. `chunk_imports` are
/// the exports of the main file that chunks import.
pub(crate) fn shrink_glue(folder: &Path, name: &str, chunk_imports: &[String]) -> Result {
    let js_file = folder.join(format!("{name}.js"));
    let wasm_file = folder.join(format!("{name}_bg.wasm"));
    // The name of the module from which the WebAssembly imports the functions of the glue. There is no such file.
    let module = format!("./{name}_bg.js");
    let entry = format!("export {{ default, initSync }} from './{name}.js';");

    // Constructing a registry has no effect of its own, but esbuild cannot know that.
    let source = fs::read_to_string(&js_file)?.replace(
        "new FinalizationRegistry(",
        "/* @__PURE__ */ new FinalizationRegistry(",
    );
    fs::write(&js_file, &source)?;
    let used_source = esbuild::transform_module(&entry, folder, &FLAGS)?;

    let wasm = fs::read(&wasm_file)?;
    let all = WasmNames::parse(&wasm)?;
    let is_used_by_chunks = |export: &str| {
        LOADER_EXPORTS.contains(&export) || chunk_imports.iter().any(|name| name == export)
    };
    let is_used_by_glue = |export: &str| {
        find_word_positions(&used_source, &format!("wasm.{export}"))
            .next()
            .is_some()
    };
    let without_unused = rename_imports_and_exports(&wasm, &BTreeMap::new(), &|export| {
        is_used_by_chunks(export) || is_used_by_glue(export)
    })?;
    fs::write(&wasm_file, without_unused)?;
    let mut flags = wasm_opt_flags()?;
    flags.retain(|flag| flag.starts_with("--enable-"));
    flags.push("--remove-unused-module-elements".to_owned());
    run_wasm_opt(&wasm_file, &flags)?;

    let wasm = fs::read(&wasm_file)?;
    let used = WasmNames::parse(&wasm)?;
    check_glue_names(&source, all.imports_from(&module), &used.exports)?;
    let unused_imports: Vec<&str> = all
        .imports_from(&module)
        .filter(|name| !used.imports_from(&module).any(|used| used == *name))
        .collect();
    fs::write(
        &js_file,
        remove_imported_functions(&source, &unused_imports),
    )?;

    // The glue mentions some exports often, so they get the shortest names.
    let exports = used.exports.iter().map(String::as_str);
    let short_names = assign_short_names(
        exports
            .filter(|export| !is_used_by_chunks(export))
            .chain([module.as_str()])
            .chain(used.imports_from(&module)),
    );
    let cache = folder.join("short-names.json");
    fs::write(&cache, serde_json::to_string(&short_names)?)?;
    let flags = [
        "--minify".to_owned(),
        "--mangle-quoted".to_owned(),
        format!("--mangle-cache={}", cache.display()),
        format!("--mangle-props={}", names_pattern(short_names.keys())),
    ];
    let all_flags = FLAGS.map(str::to_owned).into_iter().chain(flags);
    let shrunk = esbuild::transform_module(&entry, folder, &all_flags.collect::<Vec<_>>())?;
    fs::remove_file(cache)?;
    if let Some(name) = short_names
        .keys()
        .find(|name| find_word_positions(&shrunk, name).next().is_some())
    {
        return Err(format!("{name} is still in the JavaScript module.").into());
    }
    fs::write(&js_file, shrunk)?;
    fs::write(
        &wasm_file,
        rename_imports_and_exports(&wasm, &short_names, &|_| true)?,
    )?;
    Ok(())
}

/// Checks that wasm-bindgen's JavaScript can be given shorter names. Returns an error if an import is not the name of
/// exactly one function in it, or if the name of an export is also a property of anything but `wasm`.
fn check_glue_names<'a>(
    source: &str,
    imports: impl Iterator<Item = &'a str>,
    exports: &[String],
) -> Result {
    for name in imports {
        let definitions = source.matches(&import_definition(name)).count();
        if definitions != 1 || find_word_positions(source, name).count() != 1 {
            return Err(format!("The import {name} is not exactly one function.").into());
        }
    }
    for name in exports {
        let is_ambiguous = find_word_positions(source, name).any(|position| {
            let (before, after) = (&source[..position], &source[position + name.len()..]);
            let is_property = before.ends_with('.') && !before.ends_with("wasm.");
            is_property || before.ends_with(['"', '\'', '`']) || after.starts_with(':')
        });
        if is_ambiguous {
            return Err(format!("{name} is not only an export.").into());
        }
    }
    Ok(())
}

/// Returns the text with which wasm-bindgen's JavaScript begins the definition of an imported function.
fn import_definition(import: &str) -> String {
    format!("{import}: function(")
}

/// Returns wasm-bindgen's JavaScript without the code of the given imports. esbuild then removes the code that only
/// they use.
fn remove_imported_functions(source: &str, imports: &[&str]) -> String {
    imports.iter().fold(source.to_owned(), |source, name| {
        source.replacen(
            &import_definition(name),
            &format!("{name}: 0 && function("),
            1,
        )
    })
}

/// Returns a regular expression that matches each of these names, and nothing else.
fn names_pattern<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.map(|name| name.replace('.', r"\.")).collect();
    format!("^({})$", names.join("|"))
}

/// Returns the positions at which `word` occurs in `text`.
fn find_word_positions<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_letter = |letter: char| letter.is_alphanumeric() || "_$".contains(letter);
    text.match_indices(word).filter_map(move |(position, _)| {
        let inside_a_word = text[..position].ends_with(is_letter)
            || text[position + word.len()..].starts_with(is_letter);
        (!inside_a_word).then_some(position)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "
        __wbg_body_0da0: function(arg0) {
            return wasm.__wbindgen_malloc(arg0.body) + malloc();
        },
        __wbg_back_bf7b: function() { return handleError(function (arg0) {
            arg0.back();
        }, arguments); },";

    fn check(source: &str) -> bool {
        let imports = ["__wbg_body_0da0", "__wbg_back_bf7b"];
        let exports = ["__wbindgen_malloc".to_owned(), "malloc".to_owned()];
        check_glue_names(source, imports.into_iter(), &exports).is_ok()
    }

    #[test]
    fn ambiguous_names_in_the_js_glue_are_errors() {
        assert!(check(GLUE));
        for more in [
            "arg0.__wbg_body_0da0()",
            "__wbg_body_0da0: function() {}",
            "arg0.malloc()",
            "wasm['malloc']",
            "{ malloc: 1 }",
        ] {
            assert!(!check(&format!("{GLUE}\n{more}")), "{more}");
        }
        assert!(!check(
            &GLUE.replace("__wbg_back_bf7b: function", "__wbg_back_bf7b: back")
        ));
    }

    #[test]
    fn unused_functions_of_the_js_glue_are_disabled() {
        assert_eq!(
            remove_imported_functions(GLUE, &["__wbg_back_bf7b"]),
            GLUE.replace(
                "__wbg_back_bf7b: function",
                "__wbg_back_bf7b: 0 && function"
            )
        );
    }

    #[test]
    fn js_glue_word_search_finds_only_whole_words() {
        let text = "a.name name_1 $name name";
        assert_eq!(
            find_word_positions(text, "name").collect::<Vec<_>>(),
            [2, 20]
        );
        assert_eq!(find_word_positions(text, "a.name").collect::<Vec<_>>(), [0]);
    }
}
