#pragma once

#include "facts/course_builder.h"
#include "host/host.h"
#include "model/course.h"
#include "model/target.h"

namespace whywontitstart {

/// Where the target runs. `process` is the target itself, if it lives and was not started by us; none: it is
/// started from here, as the target says.
Surroundings surroundings_of(const Host& host, const Target& target, Pid process);

/// The files that the steps name, as they are now; bounded in number and in what is read of them.
std::vector<SeenFile> files_of(const Host& host, const std::vector<Step>& steps);

/// Says of the files which packages they belong to, and of these which version is there.
void add_packages(const Host& host, Course& course);

/// What the events told, with all that.
inline Course whole_course(CourseBuilder& builder, const Host& host, const Target& target, Pid process) {
  Course course = builder.finish();
  course.files = files_of(host, course.steps);
  add_packages(host, course);
  course.around = surroundings_of(host, target, process);
  return course;
}

}  // namespace whywontitstart
