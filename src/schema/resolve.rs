//! Types without references: what a reference names is put in its place.

use spacetimedb_sats::{
    AlgebraicType, AlgebraicTypeRef, ArrayType, ProductType, ProductTypeElement, SumType, SumTypeVariant,
};

/// The most steps from a type to what lies deepest in it, references counted. Rows are walked by recursion, on threads
/// of the caller whose stacks may be small.
const MAX_DEPTH: usize = 100;

/// The most types that a whole schema may unfold into. A few references can name one another so that they would fill
/// any memory.
const MAX_TYPES: usize = 1 << 20;

/// Replaces references, counting over a whole schema.
pub(super) struct Resolver {
    types: Vec<AlgebraicType>,
    /// Which of `types` are being unfolded; meeting one again means that it contains itself.
    open: Vec<bool>,
    made: usize,
}

impl Resolver {
    /// A resolver of references into `types`.
    pub(super) fn new(types: Vec<AlgebraicType>) -> Self {
        Resolver { open: vec![false; types.len()], types, made: 0 }
    }

    /// The type that `reference` names. The error says what is wrong, not where.
    pub(super) fn reference(&mut self, reference: AlgebraicTypeRef) -> Result<AlgebraicType, String> {
        self.resolve(&AlgebraicType::Ref(reference), 0)
    }

    /// `ty` without references.
    pub(super) fn ty(&mut self, ty: &AlgebraicType) -> Result<AlgebraicType, String> {
        self.resolve(ty, 0)
    }

    /// `product` without references.
    pub(super) fn product(&mut self, product: &ProductType) -> Result<ProductType, String> {
        self.resolve_product(product, 0)
    }

    fn resolve(&mut self, ty: &AlgebraicType, depth: usize) -> Result<AlgebraicType, String> {
        self.made += 1;
        if self.made > MAX_TYPES {
            return Err(format!("the schema's types unfold into more than {MAX_TYPES}"));
        }
        if depth > MAX_DEPTH {
            return Err(format!("the type nests deeper than {MAX_DEPTH} steps"));
        }
        Ok(match ty {
            AlgebraicType::Ref(reference) => self.open_reference(*reference, depth)?,
            AlgebraicType::Product(product) => self.resolve_product(product, depth)?.into(),
            AlgebraicType::Sum(sum) => self.resolve_sum(sum, depth)?.into(),
            AlgebraicType::Array(array) => {
                ArrayType { elem_ty: Box::new(self.resolve(&array.elem_ty, depth + 1)?) }.into()
            }
            plain => plain.clone(),
        })
    }

    fn open_reference(&mut self, reference: AlgebraicTypeRef, depth: usize) -> Result<AlgebraicType, String> {
        let position = reference.idx();
        let Some(named) = self.types.get(position).cloned() else {
            return Err(format!("there is no type {position}: the typespace has {}", self.types.len()));
        };
        if std::mem::replace(&mut self.open[position], true) {
            return Err(format!("type {position} contains itself"));
        }
        let resolved = self.resolve(&named, depth + 1);
        self.open[position] = false;
        resolved
    }

    fn resolve_product(&mut self, product: &ProductType, depth: usize) -> Result<ProductType, String> {
        let mut elements = Vec::with_capacity(product.elements.len());
        for element in &product.elements {
            let algebraic_type = self.resolve(&element.algebraic_type, depth + 1)?;
            elements.push(ProductTypeElement { name: element.name.clone(), algebraic_type });
        }
        Ok(ProductType { elements: elements.into() })
    }

    fn resolve_sum(&mut self, sum: &SumType, depth: usize) -> Result<SumType, String> {
        let mut variants = Vec::with_capacity(sum.variants.len());
        for variant in &sum.variants {
            let algebraic_type = self.resolve(&variant.algebraic_type, depth + 1)?;
            variants.push(SumTypeVariant { name: variant.name.clone(), algebraic_type });
        }
        Ok(SumType { variants: variants.into() })
    }
}
