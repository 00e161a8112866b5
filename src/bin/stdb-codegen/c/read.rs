//! The functions that read values out of BSATN, all of them `static inline`.
//!
//! A cursor gives zeros where bytes end too early, so that no bytes whatsoever make a read go astray. Rows and arguments
//! that a connection hands out were checked before.

use super::text::Text;
use super::types::{CType, Member, Shape, Types, Variant};

/// In text, what stands for the prefix of all that is not named after something of the module's: `Text` puts it in.
pub const OWN: &str = "@";

/// The expression that reads a value with a cursor.
pub fn read(ty: &CType, cursor: &str) -> String {
    format!("{OWN}read_{}({cursor})", ty.stem)
}

/// Writes what all reads rest upon.
pub fn primitives(types: &Types, out: &mut Text) {
    let most = types.list.iter().filter_map(|ty| ty.size).max().unwrap_or(0).max(32);
    out.lines(&PRIMITIVES.replace("MOST", &most.to_string()));
}

/// Writes a type's functions.
pub fn functions(types: &Types, position: usize, out: &mut Text) {
    let ty = types.get(position);
    let (name, stem) = (&ty.name, &ty.stem);
    if let Shape::Scalar = ty.shape {
        // Those of fixed size are among the primitives; a cursor leads to them.
        out.line(format!("static inline {name} {OWN}read_{stem}({OWN}cursor *cursor)"));
        out.line("{");
        let size = ty.size.expect("a scalar has a size");
        out.line(format!("    return {OWN}at_{stem}({OWN}take(cursor, {size}));"));
        out.line("}");
        return out.gap();
    }
    if ty.size.is_none() {
        skip(types, ty, out);
    }
    match &ty.shape {
        Shape::Struct(members) if ty.size.is_some() => read_fixed_struct(types, ty, members, out),
        Shape::Enum(constants) => read_enum(ty, constants.len(), out),
        _ => {
            out.line(format!("static inline {name} {OWN}read_{stem}({OWN}cursor *cursor)"));
            out.line("{");
            read_body(types, ty, out);
            out.line("}");
            out.gap();
            if let Some(size) = ty.size {
                out.line(format!("static inline {name} {OWN}whole_{stem}(const uint8_t *bytes)"));
                out.line("{");
                out.line(format!("    {OWN}cursor cursor = {OWN}over(bytes, {size});"));
                out.line(format!("    return {OWN}read_{stem}(&cursor);"));
                out.line("}");
                out.gap();
            }
        }
    }
}

/// Reads a struct of fixed size from where it lies.
fn read_fixed_struct(types: &Types, ty: &CType, members: &[Member], out: &mut Text) {
    let (name, stem, size) = (&ty.name, &ty.stem, ty.size.unwrap_or(0));
    out.line(format!("static inline {name} {OWN}at_{stem}(const uint8_t *bytes)"));
    out.line("{");
    out.line(format!("    {name} value;"));
    if members.is_empty() {
        out.line("    (void)bytes;");
        out.line("    value.nothing = 0;");
    } else if lies_as_in_memory(types, members) {
        out.line("#if MODULE_BINDINGS_LITTLE_ENDIAN");
        out.line(format!("    memcpy(&value, bytes, {size});"));
        out.line("#else");
        read_fields(types, members, out);
        out.line("#endif");
    } else {
        read_fields(types, members, out);
    }
    out.line("    return value;");
    out.line("}");
    out.gap();
    out.line(format!("static inline {name} {OWN}read_{stem}({OWN}cursor *cursor)"));
    out.line("{");
    out.line(format!("    return {OWN}at_{stem}({OWN}take(cursor, {size}));"));
    out.line("}");
    out.gap();
}

fn read_fields(types: &Types, members: &[Member], out: &mut Text) {
    let mut offset = 0;
    for member in members {
        let ty = types.get(member.ty);
        let size = ty.size.expect("it is part of a struct of fixed size");
        let value = match &ty.shape {
            Shape::Scalar | Shape::Struct(_) | Shape::Enum(_) => format!("{OWN}at_{}(bytes + {offset})", ty.stem),
            // A sum or an option of fixed size is read with a cursor over its bytes.
            _ => format!("{OWN}whole_{}(bytes + {offset})", ty.stem),
        };
        out.line(format!("    value.{} = {value};", member.name));
        offset += size;
    }
}

/// Whether the members lie in a C struct where they lie in BSATN, byte for byte. What may be behind the last one does not
/// matter.
fn lies_as_in_memory(types: &Types, members: &[Member]) -> bool {
    let mut offset = 0;
    members.iter().all(|member| {
        let ty = types.get(member.ty);
        let Some((size, alignment)) = in_memory(types, ty) else { return false };
        let lies = offset % alignment == 0 && ty.size == Some(size);
        offset += size;
        lies
    })
}

/// The size and the alignment of what is laid out alike in C and in BSATN, but for the order of bytes.
fn in_memory(types: &Types, ty: &CType) -> Option<(usize, usize)> {
    match &ty.shape {
        Shape::Scalar => match &*ty.stem {
            "identity" => Some((32, 1)),
            "connection_id" => Some((16, 1)),
            // Any byte but 0 and 1 is no `bool`.
            "bool" | "schedule_at" => None,
            _ => ty.size.map(|size| (size, size.min(8))),
        },
        Shape::Struct(members) if !members.is_empty() && lies_as_in_memory(types, members) => {
            let alignment =
                members.iter().filter_map(|member| in_memory(types, types.get(member.ty))).map(|(_, a)| a).max()?;
            // With bytes behind the last member it would be larger in C.
            ty.size.filter(|size| size % alignment == 0).map(|size| (size, alignment))
        }
        _ => None,
    }
}

fn read_enum(ty: &CType, count: usize, out: &mut Text) {
    let (name, stem) = (&ty.name, &ty.stem);
    out.line(format!("static inline {name} {OWN}at_{stem}(const uint8_t *bytes)"));
    out.line("{");
    out.line(format!("    return ({name})(bytes[0] % {count});"));
    out.line("}");
    out.gap();
    out.line(format!("static inline {name} {OWN}read_{stem}({OWN}cursor *cursor)"));
    out.line("{");
    out.line(format!("    return {OWN}at_{stem}({OWN}take(cursor, 1));"));
    out.line("}");
    out.gap();
}

fn read_body(types: &Types, ty: &CType, out: &mut Text) {
    match &ty.shape {
        Shape::Scalar | Shape::Enum(_) => {}
        Shape::Text => {
            out.line("    stdb_str value;");
            out.line(format!("    value.len = {OWN}at_u32({OWN}take(cursor, 4));"));
            out.line(format!("    value.data = (const char *){OWN}take_all(cursor, &value.len);"));
            out.line("    return value;");
        }
        Shape::Bytes => {
            out.line("    stdb_bytes value;");
            out.line(format!("    value.len = {OWN}at_u32({OWN}take(cursor, 4));"));
            out.line(format!("    value.data = {OWN}take_all(cursor, &value.len);"));
            out.line("    return value;");
        }
        Shape::Struct(members) => {
            out.line(format!("    {} value;", ty.name));
            for member in members {
                out.line(format!("    value.{} = {};", member.name, read(types.get(member.ty), "cursor")));
            }
            out.line("    return value;");
        }
        Shape::View(_) => {
            out.line(format!("    {} value;", ty.name));
            out.line("    value.bsatn.data = cursor->at;");
            out.line(format!("    {OWN}skip_{}(cursor);", ty.stem));
            out.line("    value.bsatn.len = (size_t)(cursor->at - value.bsatn.data);");
            out.line("    return value;");
        }
        Shape::Union { tag, variants } => read_union(types, ty, tag, variants, out),
        Shape::Option(value) => {
            out.line(format!("    {} value;", ty.name));
            out.line("    memset(&value, 0, sizeof value);");
            out.line(format!("    value.has_value = {OWN}take_tag(cursor, 2) == 0;"));
            out.line("    if (value.has_value) {");
            out.line(format!("        value.value = {};", read(types.get(*value), "cursor")));
            out.line("    }");
            out.line("    return value;");
        }
        Shape::Array(element) => {
            out.line(format!("    {} value;", ty.name));
            out.line(format!("    value.count = {OWN}at_u32({OWN}take(cursor, 4));"));
            out.line("    value.data = cursor->at;");
            skip_elements(types.get(*element), "value.count", out);
            out.line("    value.size = (size_t)(cursor->at - value.data);");
            out.line("    return value;");
        }
    }
}

fn read_union(types: &Types, ty: &CType, tag: &str, variants: &[Variant], out: &mut Text) {
    out.line(format!("    {} value;", ty.name));
    out.line("    memset(&value, 0, sizeof value);");
    out.line(format!("    value.tag = ({tag})({OWN}take_tag(cursor, {}) % {0});", variants.len().max(1)));
    let with_payload: Vec<_> =
        variants.iter().filter_map(|v| v.payload.as_ref().map(|payload| (&v.constant, payload))).collect();
    if !with_payload.is_empty() {
        out.line("    switch (value.tag) {");
        for (constant, payload) in &with_payload {
            out.line(format!("    case {constant}:"));
            out.line(format!("        value.as.{} = {};", payload.name, read(types.get(payload.ty), "cursor")));
            out.line("        break;");
        }
        others(variants, out);
        out.line("    }");
    }
    out.line("    return value;");
}

/// The cases of variants that have nothing to be done for.
pub fn others(variants: &[Variant], out: &mut Text) {
    let without: Vec<_> = variants.iter().filter(|variant| variant.payload.is_none()).collect();
    without.iter().for_each(|variant| out.line(format!("    case {}:", variant.constant)));
    if !without.is_empty() {
        out.line("        break;");
    }
}

/// Moves the cursor past elements of an array, in the function that reads or skips it.
fn skip_elements(element: &CType, count: &str, out: &mut Text) {
    match element.size {
        Some(size) => out.line(format!("    {OWN}skip_many(cursor, {count}, {size});")),
        None => {
            out.line(format!("    for (size_t i = 0; i < {count} && cursor->at != cursor->end; i++) {{"));
            out.line(format!("        {OWN}skip_{}(cursor);", element.stem));
            out.line("    }");
        }
    }
}

/// Writes the function that moves the cursor past a value of no fixed size.
fn skip(types: &Types, ty: &CType, out: &mut Text) {
    if matches!(ty.shape, Shape::Text | Shape::Bytes) {
        // They are among the primitives.
        return;
    }
    out.line(format!("static inline void {OWN}skip_{}({OWN}cursor *cursor)", ty.stem));
    out.line("{");
    match &ty.shape {
        Shape::Struct(members) | Shape::View(members) => skip_members(types, members, "cursor", out),
        Shape::Array(element) => {
            out.line(format!("    size_t count = {OWN}at_u32({OWN}take(cursor, 4));"));
            skip_elements(types.get(*element), "count", out);
        }
        Shape::Option(value) => {
            out.line(format!("    if ({OWN}take_tag(cursor, 2) == 0) {{"));
            out.line(format!("        {}", skip_one(types.get(*value), "cursor")));
            out.line("    }");
        }
        Shape::Union { variants, .. } => {
            out.line(format!("    switch ({OWN}take_tag(cursor, {})) {{", variants.len()));
            for (tag, variant) in variants.iter().enumerate() {
                if let Some(payload) = &variant.payload {
                    out.line(format!("    case {tag}:"));
                    out.line(format!("        {}", skip_one(types.get(payload.ty), "cursor")));
                    out.line("        break;");
                }
            }
            out.line("    default:");
            out.line("        break;");
            out.line("    }");
        }
        Shape::Scalar | Shape::Text | Shape::Bytes | Shape::Enum(_) => {}
    }
    out.line("}");
    out.gap();
}

fn skip_one(ty: &CType, cursor: &str) -> String {
    match ty.size {
        Some(size) => format!("{OWN}take({cursor}, {size});"),
        None => format!("{OWN}skip_{}({cursor});", ty.stem),
    }
}

/// Moves the cursor past members, those of fixed size at once.
pub fn skip_members(types: &Types, members: &[Member], cursor: &str, out: &mut Text) {
    let mut fixed = 0;
    for member in members {
        let ty = types.get(member.ty);
        match ty.size {
            Some(size) => fixed += size,
            None => {
                take_fixed(&mut fixed, cursor, out);
                out.line(format!("    {}", skip_one(ty, cursor)));
            }
        }
    }
    take_fixed(&mut fixed, cursor, out);
}

fn take_fixed(fixed: &mut usize, cursor: &str, out: &mut Text) {
    if *fixed > 0 {
        out.line(format!("    {OWN}take({cursor}, {fixed});"));
    }
    *fixed = 0;
}

const PRIMITIVES: &str = r"
/* ---- What the functions below rest upon; of no use to others ---- */

#if defined(_MSC_VER) || (defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define MODULE_BINDINGS_LITTLE_ENDIAN 1
#else
#define MODULE_BINDINGS_LITTLE_ENDIAN 0
#endif

/* Where reading is. */
typedef struct @cursor {
    const uint8_t *at;
    const uint8_t *end;
} @cursor;

static inline @cursor @over(const uint8_t *data, size_t len)
{
    @cursor cursor;
    cursor.at = data;
    cursor.end = len > 0 ? data + len : data;
    return cursor;
}

/* The next bytes; zeros where there are not so many. */
static inline const uint8_t *@take(@cursor *cursor, size_t count)
{
    static const uint8_t zeros[MOST] = {0};
    const uint8_t *bytes = cursor->at;
    if (count == 0 || (size_t)(cursor->end - bytes) < count) {
        cursor->at = count == 0 ? bytes : cursor->end;
        return zeros;
    }
    cursor->at = bytes + count;
    return bytes;
}

/* So many bytes, or all that are left; their number is put right then. */
static inline const uint8_t *@take_all(@cursor *cursor, size_t *count)
{
    const uint8_t *bytes = cursor->at;
    size_t left = (size_t)(cursor->end - bytes);
    if (*count > left) {
        *count = left;
    }
    if (*count > 0) {
        cursor->at = bytes + *count;
    }
    return bytes;
}

/* A tag below `count`, or where there is none, `count`. */
static inline unsigned @take_tag(@cursor *cursor, unsigned count)
{
    unsigned tag = cursor->at == cursor->end ? count : @take(cursor, 1)[0];
    return tag < count ? tag : count;
}

/* Past so many elements of one size. */
static inline void @skip_many(@cursor *cursor, size_t count, size_t size)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    if (size == 0 || count == 0) {
        return;
    }
    cursor->at = count > left / size ? cursor->end : cursor->at + count * size;
}

static inline uint8_t @at_u8(const uint8_t *bytes)
{
    return bytes[0];
}

static inline bool @at_bool(const uint8_t *bytes)
{
    return bytes[0] != 0;
}

static inline uint16_t @at_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t @at_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint64_t @at_u64(const uint8_t *bytes)
{
    return (uint64_t)@at_u32(bytes) | (uint64_t)@at_u32(bytes + 4) << 32;
}

static inline stdb_u128 @at_u128(const uint8_t *bytes)
{
    stdb_u128 value;
    value.lo = @at_u64(bytes);
    value.hi = @at_u64(bytes + 8);
    return value;
}

static inline stdb_u256 @at_u256(const uint8_t *bytes)
{
    stdb_u256 value;
    for (size_t i = 0; i < 4; i++) {
        value.limbs[i] = @at_u64(bytes + 8 * i);
    }
    return value;
}

static inline int8_t @at_i8(const uint8_t *bytes)
{
    return (int8_t)bytes[0];
}

static inline int16_t @at_i16(const uint8_t *bytes)
{
    return (int16_t)@at_u16(bytes);
}

static inline int32_t @at_i32(const uint8_t *bytes)
{
    return (int32_t)@at_u32(bytes);
}

static inline int64_t @at_i64(const uint8_t *bytes)
{
    return (int64_t)@at_u64(bytes);
}

static inline stdb_i128 @at_i128(const uint8_t *bytes)
{
    stdb_i128 value;
    value.lo = @at_u64(bytes);
    value.hi = @at_i64(bytes + 8);
    return value;
}

static inline stdb_i256 @at_i256(const uint8_t *bytes)
{
    stdb_i256 value;
    for (size_t i = 0; i < 4; i++) {
        value.limbs[i] = @at_u64(bytes + 8 * i);
    }
    return value;
}

static inline float @at_f32(const uint8_t *bytes)
{
    uint32_t bits = @at_u32(bytes);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double @at_f64(const uint8_t *bytes)
{
    uint64_t bits = @at_u64(bytes);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline stdb_identity @at_identity(const uint8_t *bytes)
{
    stdb_identity value;
    memcpy(value.bytes, bytes, sizeof value.bytes);
    return value;
}

static inline stdb_connection_id @at_connection_id(const uint8_t *bytes)
{
    stdb_connection_id value;
    memcpy(value.bytes, bytes, sizeof value.bytes);
    return value;
}

static inline stdb_timestamp @at_timestamp(const uint8_t *bytes)
{
    stdb_timestamp value;
    value.micros = @at_i64(bytes);
    return value;
}

static inline stdb_time_duration @at_time_duration(const uint8_t *bytes)
{
    stdb_time_duration value;
    value.micros = @at_i64(bytes);
    return value;
}

static inline stdb_u128 @at_uuid(const uint8_t *bytes)
{
    return @at_u128(bytes);
}

static inline stdb_schedule_at @at_schedule_at(const uint8_t *bytes)
{
    stdb_schedule_at value;
    value.is_interval = bytes[0] == 0;
    value.micros = @at_i64(bytes + 1);
    return value;
}

static inline void @skip_bytes(@cursor *cursor)
{
    size_t count = @at_u32(@take(cursor, 4));
    @take_all(cursor, &count);
}

static inline void @skip_string(@cursor *cursor)
{
    @skip_bytes(cursor);
}

/* ---- Reading ---- */

";
