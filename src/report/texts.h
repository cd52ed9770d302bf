#pragma once

#include <functional>
#include <string>

#include "model/report.h"

namespace whywontitstart {

/// Every text of a report that comes from outside: the program, its files, the machine; not its own names
/// (cause codes, ids, kinds), and not the environment, which has a syntax of its own.
void each_text(Report& report, const std::function<void(std::string&)>& on_text);

/// The picture has some of the same texts once more.
void each_text_of_picture(Report& report, const std::function<void(std::string&)>& on_text);

}  // namespace whywontitstart
