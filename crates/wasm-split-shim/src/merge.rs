//! Merges the WebAssembly files of a chunk into one file.
//!
//! Binaryen's `wasm-merge` cannot do this: it keeps one import of the memory per file, and a file with several memories
//! needs a WebAssembly feature that not every browser has. This module uses two facts about the files of
//! `wasm_split_cli_support`. They import the same memory, function table and stack pointer, and nothing else. And their
//! lists of types are equal, so that only the indices of functions, elements and data segments change.

use std::{
    collections::HashMap,
    error::Error,
    fmt::{self, Display, Formatter},
    ops::Range,
};

use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{
    Data, Element, ElementItems, ElementKind, FunctionBody, Import, Operator, Parser, Payload,
    TypeRef,
};

use crate::Result;

/// The parts of one WebAssembly file that the merge copies to the merged file.
#[derive(Default)]
struct ChunkFile<'a> {
    type_section: &'a [u8],
    imports: Vec<Import<'a>>,
    /// For each function of the file, the index of its type.
    function_types: Vec<u32>,
    function_bodies: Vec<FunctionBody<'a>>,
    elements: Vec<Element<'a>>,
    data_segments: Vec<Data<'a>>,
}

/// The new indices of one file's functions, elements and data segments in the merged file.
struct IndexMap<'a> {
    functions: &'a [u32],
    first_element: u32,
    first_data_segment: u32,
}

/// The error for a file that calls a function which the file does not have.
#[derive(Debug)]
struct UnknownFunctionError(u32);

impl Display for UnknownFunctionError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "The function {} does not exist.", self.0)
    }
}

impl Error for UnknownFunctionError {}

impl Reencode for IndexMap<'_> {
    type Error = UnknownFunctionError;

    fn function_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        let merged = self.functions.get(index as usize).copied();
        merged.ok_or(reencode::Error::UserError(UnknownFunctionError(index)))
    }

    fn element_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.first_element + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.first_data_segment + index)
    }
}

/// Merges the WebAssembly files of one chunk into one file.
///
/// Functions of different files call each other through the function table. In the merged file these calls are direct.
pub(crate) fn merge_files(files: &[Vec<u8>]) -> Result<Vec<u8>> {
    let sources: Vec<ChunkFile<'_>> = files
        .iter()
        .map(|file| ChunkFile::parse(file))
        .collect::<Result<_>>()?;
    let type_section = sources.first().ok_or("no file to merge")?.type_section;
    if sources.iter().any(|file| file.type_section != type_section) {
        return Err("The files have different types.".into());
    }

    let function_maps = map_function_indices(&sources)?;
    let mut functions = wasm_encoder::FunctionSection::new();
    let mut elements = wasm_encoder::ElementSection::new();
    let mut code = wasm_encoder::CodeSection::new();
    let mut data = wasm_encoder::DataSection::new();
    for (source, function_map) in sources.iter().zip(&function_maps) {
        let mut indices = IndexMap {
            functions: function_map,
            first_element: elements.len(),
            first_data_segment: data.len(),
        };
        for type_index in &source.function_types {
            functions.function(*type_index);
        }
        for body in &source.function_bodies {
            indices.parse_function_body(&mut code, body.clone())?;
        }
        for element in &source.elements {
            indices.parse_element(&mut elements, element.clone())?;
        }
        for segment in &source.data_segments {
            indices.parse_data(&mut data, segment.clone())?;
        }
    }

    let mut merged = wasm_encoder::Module::new();
    merged.section(&wasm_encoder::RawSection {
        id: wasm_encoder::SectionId::Type.into(),
        data: type_section,
    });
    merged.section(&merge_imports(&sources)?);
    merged.section(&functions);
    merged.section(&elements);
    merged.section(&wasm_encoder::DataCountSection { count: data.len() });
    merged.section(&code);
    merged.section(&data);
    Ok(merged.finish())
}

impl<'a> ChunkFile<'a> {
    fn parse(file: &'a [u8]) -> Result<Self> {
        let mut source = Self::default();
        for payload in Parser::new(0).parse_all(file) {
            match payload? {
                Payload::TypeSection(section) => {
                    let Range { start, end } = section.range();
                    source.type_section = &file[usize::try_from(start)?..usize::try_from(end)?];
                }
                Payload::ImportSection(section) => {
                    source.imports = section.into_imports().collect::<Result<_, _>>()?;
                }
                Payload::FunctionSection(section) => {
                    source.function_types = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CodeSectionEntry(body) => source.function_bodies.push(body),
                Payload::ElementSection(section) => {
                    source.elements = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::DataSection(section) => {
                    source.data_segments = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::ExportSection(section) if section.count() == 0 => {}
                // The custom sections contain the names of functions and the tools' versions.
                Payload::Version { .. }
                | Payload::DataCountSection { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::CustomSection(_)
                | Payload::End(_) => {}
                other => return Err(format!("The merge cannot handle {other:?}.").into()),
            }
        }
        Ok(source)
    }

    /// Returns the functions of this file that are in the function table, by their position in the table.
    fn functions_in_table(&self) -> Result<HashMap<u32, u32>> {
        let mut functions = HashMap::new();
        for element in &self.elements {
            let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(items)) =
                (&element.kind, &element.items)
            else {
                return Err("An element is not an active list of functions.".into());
            };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                return Err("The position of an element is not a constant.".into());
            };
            for (position, function) in (u32::try_from(value)?..).zip(items.clone()) {
                functions.insert(position, function?);
            }
        }
        Ok(functions)
    }
}

/// For each function of each file, returns its index in the merged file. The index of a function that only calls a
/// function of another merged file through the table is the index of the called function.
fn map_function_indices(sources: &[ChunkFile<'_>]) -> Result<Vec<Vec<u32>>> {
    let mut ranges: Vec<Range<u32>> = Vec::new();
    let mut table: HashMap<u32, u32> = HashMap::new();
    for source in sources {
        let start = ranges.last().map_or(0, |range| range.end);
        for (position, function) in source.functions_in_table()? {
            table.insert(position, start + function);
        }
        ranges.push(start..start + u32::try_from(source.function_bodies.len())?);
    }
    let mut maps = Vec::new();
    for (source, range) in sources.iter().zip(ranges) {
        let mut map: Vec<u32> = range.collect();
        let functions = source.function_types.iter().zip(&source.function_bodies);
        for (index, (type_index, body)) in map.iter_mut().zip(functions) {
            if let Some(position) = forwarded_table_position(*type_index, body)? {
                *index = table.get(&position).copied().unwrap_or(*index);
            }
        }
        maps.push(map);
    }
    Ok(maps)
}

/// If the function does nothing but pass its parameters on to another function, returns the position of the other
/// function in the function table. The splitter creates such a function for each called function of another file.
fn forwarded_table_position(own_type_index: u32, body: &FunctionBody<'_>) -> Result<Option<u32>> {
    if body.get_locals_reader()?.get_count() != 0 {
        return Ok(None);
    }
    let mut operators = body.get_operators_reader()?;
    let mut parameters = 0..;
    let position = loop {
        match operators.read()? {
            Operator::LocalGet { local_index } if Some(local_index) == parameters.next() => {}
            Operator::I32Const { value } => break value,
            _ => return Ok(None),
        }
    };
    // The called function has the same type, so it gets all parameters, and its results are the results.
    let calls_the_table = matches!(
        operators.read()?,
        Operator::CallIndirect { type_index, table_index: 0 } if type_index == own_type_index
    );
    let is_forward = calls_the_table && matches!(operators.read()?, Operator::End);
    Ok(u32::try_from(position).ok().filter(|_| is_forward))
}

/// Returns the imports of all files without duplicates. There can be one memory, one table and one global, because the
/// code of each file refers to them by the index 0.
fn merge_imports(sources: &[ChunkFile<'_>]) -> Result<wasm_encoder::ImportSection> {
    let mut merged: Vec<Import<'_>> = Vec::new();
    for import in sources.iter().flat_map(|source| &source.imports) {
        if !merged.contains(import) {
            merged.push(*import);
        }
    }
    let mut section = wasm_encoder::ImportSection::new();
    let mut kinds = Vec::new();
    for import in merged {
        let kind = std::mem::discriminant(&import.ty);
        let supported = matches!(
            import.ty,
            TypeRef::Memory(_) | TypeRef::Table(_) | TypeRef::Global(_)
        );
        if !supported || kinds.contains(&kind) {
            return Err(format!("The merge cannot handle the import {import:?}.").into());
        }
        kinds.push(kind);
        let entity = wasm_encoder::EntityType::try_from(import.ty)
            .map_err(|error| format!("The import {import:?} is invalid: {error}"))?;
        section.import(import.module, import.name, entity);
    }
    Ok(section)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORTS: &str = r#"
        (import "__wasm_split" "memory" (memory 1))
        (import "__wasm_split" "__indirect_function_table" (table 9 funcref))"#;

    /// Returns a binary file with the type of all functions, the imports of each file, and `definitions`.
    fn wasm(imports: &str, definitions: &str) -> Vec<u8> {
        let text =
            format!("(module (type (func (param i32) (result i32))) {imports} {definitions})");
        wat::parse_str(text).expect("the text is valid")
    }

    #[test]
    fn calls_between_merged_wasm_files_are_direct() {
        let first = wasm(
            IMPORTS,
            r#"
            (func (type 0) (i32.load (local.get 0)))
            (func (type 0) (call 0 (call 2 (local.get 0))))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 6)))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 8)))
            (func (type 0) (call 3 (local.get 0)))
            (elem (i32.const 3) func 0 1)
            (data (i32.const 100) "first")"#,
        );
        let second = wasm(
            &format!(r#"{IMPORTS} (import "__wasm_split" "__stack_pointer" (global (mut i32)))"#),
            r#"
            (func (type 0) (global.get 0))
            (func (type 0) (call 0 (call 2 (local.get 0))))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 4)))
            (elem (i32.const 6) func 1)
            (data (i32.const 200) "second")
            (data (i32.const 300) "third")"#,
        );
        let merged = merge_files(&[first, second]).expect("the files can be merged");
        // Position 6 is function 6, position 4 is function 1, and position 8 belongs to another file.
        let expected = wasm(
            &format!(r#"{IMPORTS} (import "__wasm_split" "__stack_pointer" (global (mut i32)))"#),
            r#"
            (func (type 0) (i32.load (local.get 0)))
            (func (type 0) (call 0 (call 6 (local.get 0))))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 6)))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 8)))
            (func (type 0) (call 3 (local.get 0)))
            (func (type 0) (global.get 0))
            (func (type 0) (call 5 (call 1 (local.get 0))))
            (func (type 0) (call_indirect (type 0) (local.get 0) (i32.const 4)))
            (elem (i32.const 3) func 0 1)
            (elem (i32.const 6) func 6)
            (data (i32.const 100) "first")
            (data (i32.const 200) "second")
            (data (i32.const 300) "third")"#,
        );
        let text = |file: &[u8]| wasmprinter::print_bytes(file).expect("the file is valid");
        assert_eq!(text(&merged), text(&expected));
        wasmparser::validate(&merged).expect("the merged file is valid");
    }

    #[test]
    fn merging_wasm_files_with_unexpected_contents_is_an_error() {
        let function = r#"(import "m" "f" (func (type 0)))"#;
        let memory = r#"(import "m" "other" (memory 1))"#;
        let cases = [
            [wasm(function, ""), wasm("", "")],
            [wasm(IMPORTS, ""), wasm(memory, "")],
            [wasm(IMPORTS, "(global i32 (i32.const 0))"), wasm("", "")],
            [wasm(IMPORTS, r#"(export "m" (memory 0))"#), wasm("", "")],
            [wasm("", "(type (func))"), wasm("", "")],
        ];
        for files in cases {
            assert!(merge_files(&files).is_err(), "{files:?}");
        }
    }
}
