#include "cpp_row.h"

#include "module_bindings.hpp"

namespace {

using module_bindings::Entity;
using module_bindings::EventContext;

struct tally_hp {
    std::uint64_t* rows;
    std::uint64_t* sum;
    void operator()(const EventContext&, const Entity& row) const {
        ++*rows;
        *sum += static_cast<std::uint64_t>(row.hp);
    }
};

}

extern const stdb_row_fn cpp_row_callback = stdb::detail::row_callbacks<EventContext, Entity, tally_hp>::row;

void* cpp_row_user_data(std::uint64_t* rows, std::uint64_t* sum) { return stdb::detail::hold(tally_hp{rows, sum}); }

void cpp_row_drop(void* user_data) { stdb::detail::drop<tally_hp>(user_data); }
